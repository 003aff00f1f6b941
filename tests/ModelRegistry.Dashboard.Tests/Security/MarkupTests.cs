using System.Text.RegularExpressions;

namespace ModelRegistry.Dashboard.Tests.Security;

public sealed class MarkupTests
{
    private static readonly string Source = Path.Combine(RepositoryRoot(), "src", "ModelRegistry.Dashboard");

    [Fact]
    public void MarkupString_OccursInTwoPlaces()
    {
        var users = Files("*.cs").Concat(Files("*.razor")).Where(f => File.ReadAllText(f).Contains("MarkupString", StringComparison.Ordinal)).Select(Path.GetFileName).Order();

        Assert.True(users.All(u => u is "Icons.cs" or "CardMarkup.cs"), string.Join(", ", users));
    }

    [Fact]
    public void Components_HaveNoStyleAndNoEventAttributes()
    {
        foreach (var file in Files("*.razor"))
            Assert.False(Regex.IsMatch(File.ReadAllText(file), @"<[a-z][^>]*\s(style|on[a-z]+)="), $"{file} has a style or event attribute");
    }

    [Fact]
    public void Components_NeverTouchTheRegistry()
    {
        foreach (var file in Files("*.razor"))
            Assert.DoesNotMatch(@"\bRegistry\b(?!\w|Name)|DashboardServices", Regex.Replace(File.ReadAllText(file), @"ModelRegistry[.\w]*|>[^<]*<|""[^""]*""", ""));
    }

    private static IEnumerable<string> Files(string pattern) =>
        Directory.EnumerateFiles(Source, pattern, SearchOption.AllDirectories).Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    internal static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ModelRegistry.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
