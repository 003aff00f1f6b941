using System.Reflection;
using System.Runtime.CompilerServices;

namespace ModelRegistry.Weights.Tests;

public sealed class DiagnosticsPageTests
{
    public static TheoryData<string> All => [.. typeof(Codes).GetFields(BindingFlags.NonPublic | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!)];

    [Theory]
    [MemberData(nameof(All))]
    public void Code_HasItsPage(string code)
    {
        var page = Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "docs", "diagnostics", $"{code}.md");
        var text = File.ReadAllText(page);
        Assert.StartsWith($"# {code}: ", text, StringComparison.Ordinal);
        Assert.Contains($"error {code}: ", text, StringComparison.Ordinal);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
