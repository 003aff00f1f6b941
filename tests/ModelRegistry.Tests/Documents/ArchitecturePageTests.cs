using System.Text.RegularExpressions;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Documents;

/// <summary>The page that says where things are, and the rules that let it be short.</summary>
public sealed partial class ArchitecturePageTests
{
    private static readonly string Sources = Path.Combine(Repository.Root, "src");

    [Fact]
    public void EveryFileThatThePageNames_IsThere()
    {
        var docs = Path.Combine(Repository.Root, "docs");
        var links = Link().Matches(File.ReadAllText(Path.Combine(docs, "architecture.md"))).Select(m => m.Groups[1].Value).ToList();

        Assert.InRange(links.Count, 20, 100);
        Assert.All(links, link => Assert.True(Path.Exists(Path.Combine(docs, link)), link));
    }

    [Fact]
    public void Page_IsOneScreen() => Assert.InRange(File.ReadAllLines(Path.Combine(Repository.Root, "docs", "architecture.md")).Length, 20, 60);

    [Fact]
    public void SourceFiles_HaveNamesOfTheirOwn()
    {
        var twice = Files().GroupBy(f => Path.GetFileName(f), StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1).Select(g => string.Join(", ", g.Order(StringComparer.Ordinal)));

        Assert.Empty(twice.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Namespaces_AreTheFolderOrTheProject()
    {
        foreach (var file in Files())
        {
            if (Namespace().Match(File.ReadAllText(file)) is not { Success: true } declared) continue;
            var folder = Path.GetRelativePath(Sources, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.');
            var project = Path.GetRelativePath(Sources, file).Split(Path.DirectorySeparatorChar)[0];
            // What is compiled into several assemblies has the namespace of none, or the one that its public form has.
            var allowed = project == "Shared" ? ["ModelRegistry." + folder.Split('.')[^1]] : new[] { folder, project };

            Assert.Contains(declared.Groups[1].Value, allowed);
        }
    }

    private static List<string> Files() =>
    [
        .. Directory.EnumerateFiles(Sources, "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin")),
    ];

    [GeneratedRegex(@"\]\(([^)]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
