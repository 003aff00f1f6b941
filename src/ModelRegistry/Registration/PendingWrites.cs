using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Git;

namespace ModelRegistry.Registration;

/// <summary>
/// The journals of writes under way. What such a write has made is not part of the registry before its commit exists,
/// so a reader never sees half a registration, whether its writer is at work or was killed. A journal is believed only where
/// a writer of this machine can have left it: one that came with a clone is never.
/// </summary>
internal sealed class PendingWrites(RegistryLayout layout, RegistryOptions options)
{
    private static readonly IReadOnlySet<string> Nothing = new HashSet<string>();

    /// <summary>A journal on the disk.</summary>
    /// <param name="Path">Its file.</param>
    /// <param name="Journal">What it says; null where it cannot be read.</param>
    /// <param name="Refusal">Why it is not believed; null where it is.</param>
    public sealed record Found(string Path, RegistrationJournal? Journal, string? Refusal);

    /// <summary>Paths, relative to the registry, of files that a reader must not see.</summary>
    public IReadOnlySet<string> Hidden(CancellationToken cancellation)
    {
        HashSet<string>? hidden = null;
        GitRepository? repository = null;
        foreach (var (_, journal) in All())
        {
            repository ??= GitRepository.Find(layout.Root, options);
            foreach (var created in journal.Creates)
            {
                if (journal.Commits && repository?.TryPathOf(Path.Combine(layout.Root, created)) is { } path && IsCommitted(repository, path, cancellation)) continue;
                (hidden ??= new HashSet<string>(StringComparer.Ordinal)).Add(created);
            }
        }

        return hidden ?? Nothing;
    }

    /// <summary>Every journal that is believed. One that cannot be read was cut off before anything else was written.</summary>
    public IEnumerable<(string Path, RegistrationJournal Journal)> All() =>
        Examine().Where(found => found.Refusal is null).Select(found => (found.Path, found.Journal!));

    /// <summary>Whether another user left a file: what it says is true, but only they, or <c>git</c>, may act on it.</summary>
    public static bool IsForeign(string path) => FileOwner.IsThisUser(path) == false;

    /// <summary>Every journal, and why one is not believed.</summary>
    public IEnumerable<Found> Examine()
    {
        if (!Directory.Exists(layout.Pending)) yield break;
        if (SymbolicLinks.Find(layout.Root, layout.Pending) is not null)
        {
            yield return new Found(layout.Pending, null, "the folder is a link");
            yield break;
        }

        GitRepository? repository = null;
        foreach (var path in FolderFiles.Named(layout.Pending, "*.json"))
        {
            repository ??= GitRepository.Find(layout.Root, options);
            if (repository?.TryPathOf(path) is { } tracked && GitIndex.Find(repository.Location, tracked) is not null)
            {
                yield return new Found(path, null, "it is tracked by git, and a writer never commits its journal");
                continue;
            }

            RegistrationJournal? journal = null;
            ModelRegistryException? unreadable = null;
            try
            {
                journal = RegistryDocument.Read<RegistrationJournal>(path, Codes.Interrupted);
            }
            catch (ModelRegistryException failure)
            {
                unreadable = failure;
            }

            if (journal is not null) yield return new Found(path, journal, journal.Refusal());
            // Where it is gone its writer has just finished.
            else if (File.Exists(path)) yield return new Found(path, null, unreadable!.Message);
        }
    }

    private static bool IsCommitted(GitRepository repository, GitPath path, CancellationToken cancellation)
    {
        try
        {
            return repository.HeadHas(path, cancellation);
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic.Kind == ErrorKind.Git)
        {
            return false;
        }
    }
}
