namespace ModelRegistry;

/// <summary>What moving or removing an alias, yanking a version or taking that back, or recording a verification did.</summary>
/// <param name="Id">The version that it is about.</param>
/// <param name="Path">The file that was written or removed.</param>
/// <param name="Changed">False where the file said so already.</param>
/// <param name="Commit">The commit; null without one.</param>
public sealed record PointerChange(ModelId Id, string Path, bool Changed, string? Commit)
{
    /// <summary>The aliases that still point at a version that was yanked.</summary>
    public IReadOnlyList<string> StillPointing { get; init; } = [];
}
