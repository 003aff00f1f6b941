namespace ModelRegistry.Inference.Tests;

/// <summary>Files that stand beside the tests.</summary>
internal static class Fixtures
{
    internal static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "fixtures");

    internal static string At(params string[] parts) => Path.Combine([Folder, .. parts]);
}
