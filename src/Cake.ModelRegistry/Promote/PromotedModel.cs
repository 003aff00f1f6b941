namespace Cake.ModelRegistry;

/// <summary>What a promotion did.</summary>
/// <param name="Name">The family.</param>
/// <param name="Version">The version.</param>
/// <param name="Alias">The alias, without <c>@</c>.</param>
/// <param name="Changed">False where the alias pointed there already.</param>
/// <param name="Commit">The commit; null without one.</param>
public sealed record PromotedModel(string Name, string Version, string Alias, bool Changed, string? Commit)
{
    /// <summary>Name and version: <c>resnet18/1.1.0</c>.</summary>
    public string Id => $"{Name}/{Version}";
}
