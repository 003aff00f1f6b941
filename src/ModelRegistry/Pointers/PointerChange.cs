namespace ModelRegistry;

/// <summary>What moving an alias, yanking a version or recording a verification did.</summary>
/// <param name="Id">The version that it is about.</param>
/// <param name="Path">The file that was written.</param>
/// <param name="Changed">False where the file said so already.</param>
/// <param name="Commit">The commit; null without one.</param>
public sealed record PointerChange(ModelId Id, string Path, bool Changed, string? Commit);
