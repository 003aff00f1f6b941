using System.Collections.Frozen;
using System.Collections.Immutable;
using System.IO.Enumeration;
using System.Security.Cryptography;
using System.Text;
using ModelRegistry.Diagnostics;
using ModelRegistry.Registration;
using ModelRegistry.Stores;

namespace ModelRegistry.Importing;

/// <summary>
/// Registers a model that stands elsewhere: what the server states is held against what comes, files with a digest come through the cache as from any
/// store, and the rest is a registration like every other.
/// </summary>
internal sealed class OriginImporter(RegistryContext registry)
{
    private const int AtOnce = 4;

    /// <summary>What a hub keeps in git itself is small; anything larger is kept outside and has a digest.</summary>
    private const long MaxSmallFile = 64 << 20;

    private sealed record Fetched(RelativeFilePath Path, string Source, Digest Digest, string? Role = null);

    public async Task<RegistrationResult> ImportAsync(OriginRequest request, CancellationToken cancellation)
    {
        var address = OriginAddress.Parse(request.Address);
        var name = request.Name ?? NameOf(address);
        if (registry.Options.Offline) throw Codes.NotOnThisMachine.Error($"{address.Url} is elsewhere, and this is offline", "leave MODELREG_OFFLINE out to import");
        using var folder = StagingFolder.Make(registry.Store);
        if (address.Image is { } image) return await ImportImageAsync(request, address, image, name, folder.Path, cancellation).ConfigureAwait(false);
        return address.Repository is null
            ? await ImportFileAsync(request, address, name, cancellation).ConfigureAwait(false)
            : await ImportHubAsync(request, address, name, folder.Path, cancellation).ConfigureAwait(false);
    }

    private async Task<RegistrationResult> ImportHubAsync(OriginRequest request, OriginAddress address, ModelName name, string folder, CancellationToken cancellation)
    {
        if (request.Digest is not null) throw Codes.Usage.Error("a digest is given for a model of a hub, which has one for each file", "name a revision to hold it: hf://ORG/REPO@COMMIT");
        var hub = new HubRepository(address.Repository!, registry.Options);
        var model = await hub.ReadAsync(address.Revision, cancellation).ConfigureAwait(false);
        var files = (await hub.ListAsync(model.Commit, cancellation).ConfigureAwait(false)).Where(file => IsWanted(file, request.Files)).ToList();
        if (files.Count == 0) throw Codes.OriginNotFound.Error($"{address.Url} has none of the files {string.Join(", ", request.Files)}", $"look at what is there: {hub.Place}/{address.Repository}");
        if (files.GroupBy(file => file.Path).FirstOrDefault(group => group.Count() > 1) is { } twice) throw hub.Wrong($"lists {twice.Key} twice");
        var origin = new Origin { Url = address.Url, Revision = model.Commit, Remote = request.Remote };
        if (FindPresent(name, origin, files) is { } present) return present;

        var large = files.Where(file => file.Digest is not null).ToList();
        var store = new OriginStore($"{hub.Place}/{address.Repository}", hub.Transport, large.DistinctBy(file => file.Digest).ToDictionary(file => file.Digest!, file => hub.FileAddress(model.Commit, file.Path)));
        var fetched = await FetchAllAsync(files, async (file, destination, stop) => file.Digest is { } digest
            ? new Fetched(file.Path, await FetchAsync(store, new Artifact(name, digest, file.Size), file.Path.Value, stop).ConfigureAwait(false), digest)
            : await FetchSmallAsync(hub, model.Commit, file, destination, stop).ConfigureAwait(false), folder, cancellation).ConfigureAwait(false);
        return await RegisterAsync(request, name, origin, fetched, folder, told => told with
        {
            Framework = model.Library,
            License = SpdxNames.Of(model.License),
            Family = new FamilySettings { Task = model.Task },
        }, cancellation).ConfigureAwait(false);
    }

    private async Task<RegistrationResult> ImportImageAsync(OriginRequest request, OriginAddress address, ImageReference image, ModelName name, string folder, CancellationToken cancellation)
    {
        if (request.Digest is not null) throw Codes.Usage.Error("a digest is given for an image, whose address can name its own", $"write oci://{image.Host}/{image.Repository}@sha256:…");
        var repository = new ImageRepository(image, registry.Options, registry.Settings.Stores, isChosen: true);
        var digest = await repository.ResolveAsync(cancellation).ConfigureAwait(false);
        var model = await repository.ReadAsync(digest, cancellation).ConfigureAwait(false);
        var files = model.Files.Where(file => IsWanted(file, request.Files)).ToList();
        if (files.Count == 0) throw Codes.OriginNotFound.Error($"{address.Url} has none of the files {string.Join(", ", request.Files)}", $"it has {string.Join(", ", model.Files.Select(file => file.Path))}");
        if (files.FirstOrDefault(file => file.Digest is null) is { } packed) throw ImageModel.Packed(address.Url, packed);
        var origin = new Origin { Url = address.Url, Revision = digest.Value, Remote = request.Remote };
        if (FindPresent(name, origin, files) is { } present) return present;
        var fetched = await FetchAllAsync(files, async (file, _, stop) =>
            new Fetched(file.Path, await FetchAsync(repository, new Artifact(name, file.Digest!, file.Size), file.Path.Value, stop).ConfigureAwait(false), file.Digest!, file.Role), folder, cancellation).ConfigureAwait(false);
        return await RegisterAsync(request, name, origin, fetched, folder, told => told with { Architecture = told.Architecture ?? model.Architecture, License = SpdxNames.Of(model.License) }, cancellation).ConfigureAwait(false);
    }

    private static async Task<Fetched[]> FetchAllAsync(List<OriginFile> files, Func<OriginFile, string, CancellationToken, Task<Fetched>> fetch, string folder, CancellationToken cancellation)
    {
        var fetched = new Fetched[files.Count];
        await Parallel.ForAsync(0, files.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (i, stop) =>
            fetched[i] = await fetch(files[i], Path.Combine(folder, i.ToString(System.Globalization.CultureInfo.InvariantCulture)), stop).ConfigureAwait(false)).ConfigureAwait(false);
        return fetched;
    }

    // Architecture and labels are those of a config.json among the files; what the server itself says is added.
    private async Task<RegistrationResult> RegisterAsync(OriginRequest request, ModelName name, Origin origin, Fetched[] fetched, string folder, Func<RegistrationRequest, RegistrationRequest> add, CancellationToken cancellation)
    {
        var config = ModelConfig.Read(fetched.FirstOrDefault(file => file.Path.Value == ModelConfig.FileName)?.Source);
        var all = fetched.Select(file => new FileToRegister(file.Source, file.Role, file.Path)).ToList();
        // A file that is made here is nowhere else, so a version whose bytes stay there has none.
        if (!request.Remote && config.Labels is { } labels && !all.Any(file => FileRoles.ByFileName(file.Path!.FileName) == FileRoles.Labels))
        {
            var path = Path.Combine(folder, "labels.txt");
            await File.WriteAllTextAsync(path, string.Concat(labels.Select(label => label + "\n")), cancellation).ConfigureAwait(false);
            all.Add(new FileToRegister(path, FileRoles.Labels, RelativeFilePath.Parse("labels.txt")));
        }

        var registration = Request(request, name, origin, all) with
        {
            Architecture = config.Architecture,
            Elsewhere = request.Remote ? fetched.Select(file => file.Digest).ToFrozenSet() : FrozenSet<Digest>.Empty,
        };
        return new Registrar(registry).Register(add(registration), cancellation);
    }

    private async Task<RegistrationResult> ImportFileAsync(OriginRequest request, OriginAddress address, ModelName name, CancellationToken cancellation)
    {
        if (request.Digest is not { } digest) throw Codes.Usage.Error($"{address.Url} has no revisions, so nothing says which content is meant", "give --digest sha256:… of the file");
        if (!request.Files.IsDefaultOrEmpty) throw Codes.Usage.Error("files are chosen, and the address is that of one file", "leave --files out");
        if (!RelativeFilePath.TryParse(Uri.UnescapeDataString(address.File!.Segments[^1]), out var path)) throw Codes.OriginInvalid.Error($"{address.Url} does not end with the name of a file", "give the address of the file itself");
        var web = new WebFile(address.File, registry.Options, "MODELREG_IMPORT_TOKEN");
        var told = await web.AskAsync(cancellation).ConfigureAwait(false) ?? throw Codes.OriginNotFound.Error($"{address.Url} does not exist", "check the address");
        var length = told.Length ?? throw Codes.OriginAnswerWrong.Error($"{address.Url} does not say how long it is", "download it by other means and register the file");
        var origin = new Origin { Url = address.Url, Etag = told.Etag, Remote = request.Remote };
        if (Present(name).FirstOrDefault(m => m.Lineage?.Origin?.Url == origin.Url && m.Weights.Digest == digest) is { } present) return Found(present);
        var store = new OriginStore(address.Url, web.Transport, new Dictionary<Digest, Uri> { [digest] = address.File });
        var file = await FetchAsync(store, new Artifact(name, digest, length), path.Value, cancellation).ConfigureAwait(false);
        return new Registrar(registry).Register(
            Request(request, name, origin, [new FileToRegister(file, FileRoles.Weights, path)]) with { Elsewhere = request.Remote ? new[] { digest }.ToFrozenSet() : FrozenSet<Digest>.Empty }, cancellation);
    }

    private static RegistrationRequest Request(OriginRequest request, ModelName name, Origin origin, IEnumerable<FileToRegister> files) => new()
    {
        Name = name,
        Files = [.. files],
        Version = request.Version,
        Source = RegistrationSource.None,
        Origin = origin,
        // What does not stay needs no second copy on its way.
        Link = request.Remote,
        AllowUnsafe = request.AllowUnsafe,
        Commit = request.Commit,
    };

    // What is here already is not fetched; what comes is kept in the cache, so that an import that broke goes on where it was.
    private async Task<string> FetchAsync(IArtifactStore store, Artifact artifact, string file, CancellationToken cancellation)
    {
        if (registry.Store.TryFind(artifact.Digest, out var present) && new FileInfo(present).Length == artifact.Size) return present;
        var cache = registry.AllStores.Cache ?? throw Codes.StoreUnwritable.Error("there is no per-user cache folder to fetch into", "set MODELREG_CACHE to a folder");
        if (cache.TryFind(artifact.Digest, out var cached) && new FileInfo(cached).Length == artifact.Size) return cached;
        return await new ArtifactFetch(cache, registry.Options).FetchAsync(store, artifact, file, cancellation).ConfigureAwait(false)
            ?? throw Codes.OriginNotFound.Error($"{store.Place} lists {file} and does not have it", "try again later, or ask who keeps the server");
    }

    // Git's own name of a blob is what a hub states of a small file.
    private static async Task<Fetched> FetchSmallAsync(HubRepository hub, string commit, OriginFile file, string destination, CancellationToken cancellation)
    {
        if (file.Size > MaxSmallFile) throw hub.Wrong($"states no digest of {file.Path}, which has {file.Size} bytes");
        var content = (await hub.GetAsync(hub.FileAddress(commit, file.Path), file.Size, cancellation).ConfigureAwait(false))?.Body ?? throw hub.Wrong($"lists {file.Path} and does not have it");
        if (content.Length != file.Size) throw hub.Wrong($"sends {content.Length} bytes for {file.Path}, and its list says {file.Size}");
#pragma warning disable CA5350 // The name of a git object, not a protection: the SHA-256 of what came is what the manifest holds.
        var gitId = Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content]));
#pragma warning restore CA5350
        if (gitId != file.GitId) throw hub.Wrong($"sends other bytes for {file.Path} than its list says");
        await File.WriteAllBytesAsync(destination, content, cancellation).ConfigureAwait(false);
        return new Fetched(file.Path, destination, Digest.Of(content));
    }

    private RegistrationResult? FindPresent(ModelName name, Origin origin, List<OriginFile> files)
    {
        // Labels that were made of config.json are the one file more that a version may have.
        bool HasAll(Manifest manifest) => manifest.Files.Length - files.Count is 0 or 1
            && files.All(file => manifest.Files.Any(here => here.Path == file.Path && here.Size == file.Size && (file.Digest is null || here.Digest == file.Digest)));
        var same = Present(name).FirstOrDefault(m => m.Lineage?.Origin is { } from && from.Url == origin.Url && from.Revision == origin.Revision && HasAll(m));
        return same is null ? null : Found(same);
    }

    private IEnumerable<Manifest> Present(ModelName name) => registry.Families.TryRead(name) is { } family
        ? family.Versions.Select(v => registry.ReadManifest(new ModelId(name, v.Version)))
        : [];

    private RegistrationResult Found(Manifest manifest)
    {
        var path = registry.Layout.Manifest(manifest.Id);
        return new RegistrationResult(manifest, Created: false, path, Git.GitRepository.Find(registry.Layout.Root, registry.Options)?.LastCommit(path)?.Hex);
    }

    private static bool IsWanted(OriginFile file, ImmutableArray<string> patterns)
    {
        if (file.Size == 0 || file.Path.FileName is ".gitattributes" or ".gitignore" or ".gitkeep") return false;
        return patterns.IsDefaultOrEmpty || patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, file.Path.Value) || FileSystemName.MatchesSimpleExpression(pattern, file.Path.FileName));
    }

    private static ModelName NameOf(OriginAddress address)
    {
        var text = new string([.. address.LastPart.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '-')]).Trim('-', '.', '_');
        return ModelName.TryParse(text, out var name) ? name : throw Codes.Usage.Error($"{address.Url} has no name for a family", "give --name NAME");
    }
}
