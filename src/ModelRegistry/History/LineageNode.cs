namespace ModelRegistry;

/// <summary>One version in a line of descent.</summary>
/// <param name="Id">The version.</param>
/// <param name="Manifest">Its manifest; null where it cannot be read.</param>
/// <param name="Problem">Why it cannot be read.</param>
/// <param name="Yanked">Whether it was yanked.</param>
/// <param name="Parent">What it was trained from.</param>
public sealed record LineageNode(ModelId Id, Manifest? Manifest, string? Problem, bool Yanked, LineageNode? Parent);
