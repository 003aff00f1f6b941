using System.Text.RegularExpressions;
using ModelRegistry.Diagnostics;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Documents;

public sealed partial class DiagnosticPageTests
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
        var used = UsedCodes();
        var pages = Directory.EnumerateFiles(Folder, "MR*.md").Select(f => Path.GetFileNameWithoutExtension(f)!).ToHashSet(StringComparer.Ordinal);

        Assert.Empty(used.Except(pages).Order());
        Assert.Empty(pages.Except(used).Order());
    }

    [Fact]
    public void EveryCodeInTheSource_IsDeclaredWithAKindAndTheTitleOfItsPage()
    {
        // A library that does not reference the core has constants beside its readers, and one list of them with kind and title.
        var constants = Texts().SelectMany(text => Constant().Matches(text).Select(m => (Name: m.Groups[1].Value, Code: m.Groups[2].Value)))
            .GroupBy(c => c.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Select(c => c.Code).ToList(), StringComparer.Ordinal);
        var declared = Texts().SelectMany(text => Declaration().Matches(text))
            .SelectMany(m => Codes(m).Select(code => (Code: code, Kind: m.Groups["kind"].Value, Title: m.Groups["title"].Value))).ToHashSet();
        var pages = declared.Where(d => File.ReadLines(Path.Combine(Folder, d.Code + ".md")).First() == $"# {d.Code}: {d.Title}").ToList();

        Assert.Empty(UsedCodes().Except(pages.Select(d => d.Code)).Order());
        Assert.Equal(pages.Count, pages.Select(d => d.Code).Distinct().Count());
        Assert.All(declared, d => Assert.True(Enum.TryParse<ErrorKind>(d.Kind, out _), $"{d.Code}: {d.Kind}"));

        // A name that several classes give to codes of their own is told apart by the page.
        IEnumerable<string> Codes(Match m) => m.Groups["code"].Success ? [m.Groups["code"].Value] : constants.GetValueOrDefault(m.Groups["name"].Value, []);
    }

    private static HashSet<string> UsedCodes() => Texts().SelectMany(text => Quoted().Matches(text).Select(m => m.Groups[1].Value)).ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<string> Texts() =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.*", SearchOption.AllDirectories)
            .Where(f => f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".targets", StringComparison.Ordinal))
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText);

    [GeneratedRegex("\"(MR[0-9]{4})\"")]
    private static partial Regex Quoted();

    [GeneratedRegex("const string (\\w+) = \"(MR[0-9]{4})\";")]
    private static partial Regex Constant();

    [GeneratedRegex("new\\((\"(?<code>MR[0-9]{4})\"|(\\w+\\.)?(?<name>\\w+)), (ErrorKind\\.)?(?<kind>[A-Z]\\w+), \"(?<title>[^\"]+)\"\\)")]
    private static partial Regex Declaration();

    [Fact]
    public void Codes_AreUnique() => Assert.Equal(Codes.All.Count, Codes.All.Select(d => d.Code).Distinct().Count());
}
