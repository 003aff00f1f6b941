using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Git;

namespace ModelRegistry.Syncing;

/// <summary>
/// Moves the local branch, its index and its work tree to what was pushed. A note in the git directory comes first, so that whoever
/// finds the work of a killed sync half done finishes it: before or after, never between.
/// </summary>
internal static class SyncCompletion
{
    private const string Note = "modelreg-sync";

    /// <exception cref="ModelRegistryException">MR0855: uncommitted changes are in the way.</exception>
    public static void MoveTo(GitRepository repository, string branch, GitObjectId before, GitObjectId after, CancellationToken cancellation)
    {
        if (before == after) return;
        var note = Path.Combine(repository.GitDirectory, Note);
        AtomicFile.Replace(note, System.Text.Encoding.UTF8.GetBytes($"{before} {after} {branch}\n"));
        var moved = repository.TryWrite(["read-tree", "-m", "-u", before.Hex, after.Hex], cancellation: cancellation);
        if (!moved.Succeeded)
        {
            File.Delete(note);
            throw Codes.SyncInTheWay.Error($"uncommitted changes in {repository.WorkTree} are in the way of what came: {moved.Reason}", "commit or stash them and sync again; what was pushed stays pushed");
        }

        UpdateBranch(repository, branch, before, after);
        File.Delete(note);
    }

    /// <summary>Finishes what a killed sync began. Runs under the registry's lock.</summary>
    public static void FinishInterrupted(GitRepository repository, CancellationToken cancellation)
    {
        var note = Path.Combine(repository.GitDirectory, Note);
        if (!File.Exists(note)) return;
        var head = repository.Head(cancellation);
        if (File.ReadAllText(note).Trim().Split(' ') is [var from, var to, var branch] && GitObjectId.TryParse(from, out var before) && GitObjectId.TryParse(to, out var after)
            && head.Branch == branch && head.Commit == before)
        {
            if (!repository.TryWrite(["read-tree", "-m", "-u", before.Hex, after.Hex], cancellation: cancellation).Succeeded) HalfMovedTree.Finish(repository, before, after, cancellation);
            UpdateBranch(repository, branch, before, after);
        }

        File.Delete(note);
    }

    private static void UpdateBranch(GitRepository repository, string branch, GitObjectId before, GitObjectId after)
    {
        var updated = repository.TryWrite(["update-ref", "-m", "modelreg sync", "refs/heads/" + branch, after.Hex, before.Hex]);
        if (!updated.Succeeded) throw Codes.GitFailed.Error($"the branch {branch} could not be moved: {updated.Reason}", "run 'modelreg sync' again");
    }
}
