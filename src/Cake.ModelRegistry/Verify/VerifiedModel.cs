namespace Cake.ModelRegistry;

/// <summary>What a verification that passed has shown.</summary>
/// <param name="Name">The family.</param>
/// <param name="Version">The version.</param>
/// <param name="Checks">The names of the checks, all passed.</param>
/// <param name="Label">The likeliest class of the image or input; null without one.</param>
/// <param name="Probability">Its probability; 0 without one.</param>
/// <param name="Commit">The commit that records the outcome; null without one.</param>
public sealed record VerifiedModel(string Name, string Version, IReadOnlyList<string> Checks, string? Label, double Probability, string? Commit)
{
    /// <summary>Name and version: <c>resnet18/1.1.0</c>.</summary>
    public string Id => $"{Name}/{Version}";
}
