using System.Text;
using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Importing;
using ModelRegistry.Json;
using ModelRegistry.Locking;
using ModelRegistry.Names;
using ModelRegistry.Resolving;
using ModelRegistry.Stores;

namespace ModelRegistry;

/// <summary>
/// A version that an app does not carry: it knows the digests of the files and the stores that have them, and brings them into the per-user cache
/// when they are needed. What is there already is used without a network; what comes is verified. Several processes may ask at once.
/// </summary>
public sealed class OnDemandModel
{
    private readonly LockedVersion _pinned;
    private readonly RegistryOptions _options;
    private readonly VersionFolder _folder;

    private OnDemandModel(ModelId id, LockedVersion pinned, RegistryOptions options)
    {
        (Id, _pinned, _options) = (id, pinned, options);
        _folder = new VersionFolder(options, pinned.ManifestDigest);
    }

    /// <summary>Name and version.</summary>
    public ModelId Id { get; }

    /// <summary>The folder that the files are in, once they are there: <see cref="EnsureAsync"/> makes it.</summary>
    /// <exception cref="ModelRegistryException">MR0309: there is no per-user cache.</exception>
    public string Folder => _folder.PathOf(Id);

    /// <summary>Whether every file is in the folder with the bytes that it must have. They are read only where a file changed since they were.</summary>
    public bool IsAvailable
    {
        get
        {
            try
            {
                return _options.CacheDirectory is not null && _pinned.Files.All(file => _folder.IsIntact(Id, file, CancellationToken.None));
            }
            catch (ModelRegistryException)
            {
                // It cannot be read, so it is of no use.
                return false;
            }
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="name">The family.</param>
    /// <param name="pinned">The version, its files and its stores.</param>
    /// <param name="options">The cache, credentials, and whether the network may be used.</param>
    /// <exception cref="ModelRegistryException">MR0702: it is not what a build writes.</exception>
    public static OnDemandModel Parse(string name, string pinned, RegistryOptions options)
    {
        try
        {
            var version = RegistryJson.Read<LockedVersion>(Encoding.UTF8.GetBytes(pinned));
            if (version.Files.IsDefaultOrEmpty || version.Files.Any(file => file is null) || version.Files.DistinctBy(file => file.Path).Count() != version.Files.Length) throw new JsonException("it names no files, or one twice");
            return new OnDemandModel(new ModelId(ModelName.Parse(name), version.Version), version, options);
        }
        catch (JsonException failure)
        {
            throw Codes.LockUnreadable.Error($"what the app says of its model '{Printable.Quote(name)}' cannot be read: {failure.Message}", "build the app again", failure);
        }
    }

    /// <summary>What an app must know of a version to get its files.</summary>
    public static string Write(ResolvedReference reference) => Encoding.UTF8.GetString(RegistryJson.Write(new LockedVersion
    {
        Version = reference.Locked.Version,
        ManifestDigest = reference.Locked.ManifestDigest,
        Files = [.. reference.Files.Select(file => file.File)],
        Stores = reference.Locked.Stores,
        Origin = reference.Locked.Origin,
    }));

    /// <summary>Brings what is missing.</summary>
    /// <param name="progress">Told how far each file has come.</param>
    /// <param name="cancellation">Stops it; what arrived is kept and gone on with.</param>
    /// <exception cref="ModelRegistryException">MR0301: no store has a file, or none can be reached; MR0302: what is there is other bytes; MR0309: there is no cache.</exception>
    public Task<LocalModel> EnsureAsync(IProgress<TransferProgress>? progress = null, CancellationToken cancellation = default) => Task.Run(
        async () =>
        {
            var options = progress is null ? _options : _options with { Progress = progress };
            var artifacts = new ArtifactResolver(StoreSet.Pinned(_pinned.Stores, options), options, originOf: _ => OriginStores.Of(_pinned.Origin, _pinned.Files, options));
            var folder = await new VersionFolder(options, _pinned.ManifestDigest).MakeAsync(Id, artifacts, [.. _pinned.Files.Select(file => new ResolvedFile(file, null))], cancellation).ConfigureAwait(false);
            return LocalModel.In(folder, Id, _pinned.Files);
        },
        cancellation);
}
