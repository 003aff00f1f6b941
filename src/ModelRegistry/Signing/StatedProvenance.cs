namespace ModelRegistry.Signing;

/// <summary>How a version was made, as a signed statement says.</summary>
/// <param name="SignedBy">The key that signed it: 16 hex digits.</param>
/// <param name="Builder">What made it, as CI names itself.</param>
/// <param name="Repository">The repository of the training source.</param>
/// <param name="Branch">Its branch.</param>
/// <param name="Commit">Its commit.</param>
/// <param name="Matches">Whether the statement is about exactly this version's files and manifest.</param>
public sealed record StatedProvenance(string SignedBy, string Builder, string? Repository, string? Branch, string? Commit, bool Matches);
