using System.Text.RegularExpressions;
using ModelRegistry.Diagnostics;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Documents;

public sealed class DiagnosticPageTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "docs", "diagnostics");

    public static IEnumerable<object[]> Diagnostics => Codes.All.Select(d => new object[] { d.Code, d.Title });

    [Theory]
    [MemberData(nameof(Diagnostics))]
    public void EveryCode_HasAPageWithItsTitleCauseAdviceAndExample(string code, string title)
    {
        var page = File.ReadAllText(Path.Combine(Folder, code + ".md"));

        Assert.StartsWith($"# {code}: {title}\n", page, StringComparison.Ordinal);
        Assert.Contains("## Cause", page, StringComparison.Ordinal);
        Assert.Contains("## What to do", page, StringComparison.Ordinal);
        Assert.Contains("## Example", page, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryCodeInTheSource_HasAPage_AndEveryPageACode()
    {
        var used = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.*", SearchOption.AllDirectories)
            .Where(f => f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".targets", StringComparison.Ordinal))
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(f => Regex.Matches(File.ReadAllText(f), "\"(MR[0-9]{4})\"").Select(m => m.Groups[1].Value))
            .ToHashSet(StringComparer.Ordinal);
        var pages = Directory.EnumerateFiles(Folder, "MR*.md").Select(f => Path.GetFileNameWithoutExtension(f)!).ToHashSet(StringComparer.Ordinal);

        Assert.Empty(used.Except(pages).Order());
        Assert.Empty(pages.Except(used).Order());
    }

    [Fact]
    public void Codes_AreUnique() => Assert.Equal(Codes.All.Count, Codes.All.Select(d => d.Code).Distinct().Count());
}
