using System.Reflection;

namespace ModelRegistry.Weights.Tests;

public sealed class DiagnosticsPageTests
{
    public static TheoryData<string> All => [.. typeof(WeightsCodes).GetFields(BindingFlags.NonPublic | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!)];

    [Theory]
    [MemberData(nameof(All))]
    public void Code_HasItsPage(string code)
    {
        var text = File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", "diagnostics", $"{code}.md"));
        Assert.StartsWith($"# {code}: ", text, StringComparison.Ordinal);
        Assert.Contains($"error {code}: ", text, StringComparison.Ordinal);
    }

    // From where the tests were built to: a reproducible build knows no path of a source file.
    private static string RepositoryRoot()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "ModelRegistry.sln"))) directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("the tests do not run inside the repository");
        return directory;
    }
}
