namespace ModelRegistry;

/// <summary>Where the registry's repository stands.</summary>
/// <param name="WorkTree">The top of the work tree.</param>
/// <param name="Branch">The branch; null on a detached HEAD.</param>
/// <param name="Head">The commit that HEAD is at; null before the first one.</param>
/// <param name="Author">Who would be the author of a commit: <c>Name &lt;mail&gt;</c>; null where git does not know.</param>
/// <param name="Remote">The address of the remote, without credentials; null where there is none.</param>
public sealed record RepositoryState(string WorkTree, string? Branch, string? Head, string? Author, string? Remote);
