using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Json;
using ModelRegistry.Names;

namespace ModelRegistry.Locking;

/// <summary>Reads and writes lock files. A reader sees the file before or after a change; writers of one file wait for each other.</summary>
public sealed class LockFile
{
    /// <summary>What the file is called where nobody names it.</summary>
    public const string DefaultName = "models.lock.json";

    private readonly RegistryOptions _options;

    /// <summary>Names a lock file.</summary>
    /// <param name="path">The file, which need not exist.</param>
    /// <param name="options">The clock, the time limit, and the cache folder that holds what writers wait on.</param>
    public LockFile(string path, RegistryOptions options)
    {
        Path = System.IO.Path.GetFullPath(path);
        _options = options;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Reads the file; empty where there is none.</summary>
    /// <exception cref="ModelRegistryException">MR0702: not in order; MR0214: written by a newer version.</exception>
    public ModelLock Read()
    {
        if (!File.Exists(Path)) return ModelLock.Empty;
        try
        {
            return Check(RegistryDocument.ReadOutside<ModelLock>(Path, Codes.LockUnreadable));
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic == Codes.LockUnreadable)
        {
            throw Codes.LockUnreadable.Error(failure.Message, "resolve a merge conflict in it by keeping both sides, restore it with git, or delete it and build again", failure);
        }
    }

    /// <summary>Changes the file: reads it, applies the change and writes it where that makes a difference, while no other process does.</summary>
    /// <returns>What the file holds now.</returns>
    /// <exception cref="ModelRegistryException">MR0702: not in order; MR0703: cannot be written; MR0213: another process holds it.</exception>
    public ModelLock Update(Func<ModelLock, ModelLock> change, CancellationToken cancellation = default)
    {
        var guard = GuardPath();
        using var held = AtomicFile.Guard(Codes.LockUnwritable, guard, () => FileLock.Take(guard, _options.LockTimeout, _options.Clock, cancellation))
            ?? throw Codes.RegistryLocked.Error($"another process has held {guard} for more than {_options.LockTimeout.TotalSeconds:0} s", "wait for the other build to end and try again");
        var before = Read();
        var after = change(before);
        var content = RegistryJson.Write(after);
        if (!File.Exists(Path) || !content.AsSpan().SequenceEqual(RegistryJson.Write(before)))
            AtomicFile.Guard(Codes.LockUnwritable, Path, () =>
            {
                AtomicFile.Replace(Path, content);
                return true;
            });
        return after;
    }

    // Beside the lock file it would end up in people's commits.
    private string GuardPath()
    {
        var folder = _options.CacheDirectory ?? System.IO.Path.Combine(System.IO.Path.GetTempPath(), "modelreg");
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(RealPath.Of(Path))).AsSpan(0, 16));
        return System.IO.Path.Combine(folder, "locks", key);
    }

    private ModelLock Check(ModelLock read)
    {
        var ordered = ModelLock.Empty with { SchemaVersion = read.SchemaVersion, Unknown = read.Unknown };
        if (read.Models.Values.Any(selectors => selectors is null || selectors.Values.Any(locked => locked is null)))
            throw RegistryDocument.Invalid(Codes.LockUnreadable, Path, new JsonException("an entry is null"));
        foreach (var (name, key, locked) in read.Entries())
        {
            try
            {
                var request = ModelRequest.OfLockKey(ModelName.Parse(name), key);
                if (request.LockKey != key) throw new JsonException($"'{Printable.Quote(key)}' is not how a selector is written");
                if (locked.Files.IsDefaultOrEmpty || locked.Files.Any(f => f is null)) throw new JsonException($"{request} names no files");
                if (locked.Files.DistinctBy(f => f.Path).Count() != locked.Files.Length) throw new JsonException($"{request} names a file twice");
                ordered = ordered.With(request, locked);
            }
            catch (Exception failure) when (failure is JsonException || failure is ModelRegistryException)
            {
                throw RegistryDocument.Invalid(Codes.LockUnreadable, Path, failure);
            }
        }

        return ordered;
    }
}
