using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Git;

namespace ModelRegistry.Registration;

/// <summary>
/// The journals of writes under way. What such a write has made is not part of the registry before its commit exists,
/// so a reader never sees half a registration, whether its writer is at work or was killed.
/// </summary>
internal sealed class PendingWrites(RegistryLayout layout, RegistryOptions options)
{
    private static readonly IReadOnlySet<string> Nothing = new HashSet<string>();

    /// <summary>Paths, relative to the registry, of files that a reader must not see.</summary>
    public IReadOnlySet<string> Hidden(CancellationToken cancellation)
    {
        if (!Directory.Exists(layout.Pending)) return Nothing;
        HashSet<string>? hidden = null;
        GitRepository? repository = null;
        foreach (var (_, journal) in All())
        {
            foreach (var created in journal.Creates)
            {
                repository ??= journal.Commits ? FindRepository(cancellation) : null;
                if (repository?.Relative(Path.Combine(layout.Root, created)) is { } relative && repository.HeadHas(relative, cancellation)) continue;
                (hidden ??= new HashSet<string>(StringComparer.Ordinal)).Add(created);
            }
        }

        return hidden ?? Nothing;
    }

    /// <summary>Every journal that can be read. One that cannot was cut off before anything else was written.</summary>
    public IEnumerable<(string Path, RegistrationJournal Journal)> All()
    {
        foreach (var path in FolderFiles.Named(layout.Pending, "*.json"))
        {
            RegistrationJournal? journal = null;
            try
            {
                journal = RegistryDocument.Read<RegistrationJournal>(path, Codes.Interrupted);
            }
            catch (ModelRegistryException) when (!File.Exists(path))
            {
                // Its writer has just finished.
            }

            if (journal is not null) yield return (path, journal);
        }
    }

    private GitRepository? FindRepository(CancellationToken cancellation)
    {
        try
        {
            return GitRepository.Find(layout.Root, options, cancellation);
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic.Kind == ErrorKind.Git)
        {
            return null;
        }
    }
}
