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
    public void Fragments_StandInTheFileThatUsesThem()
    {
        // Fewer than 15 lines are a file where they are a program, a part of somebody's public surface, an operation, or what several files use.
        var texts = Files().Where(f => !IsForNet8(f)).ToDictionary(f => f, File.ReadAllText, StringComparer.Ordinal);
        var razor = Directory.EnumerateFiles(Sources, "*.razor", SearchOption.AllDirectories).Select(File.ReadAllText).ToList();
        var fragments = texts.Where(t => t.Value.Count(c => c == '\n') < 15 && Internal().IsMatch(t.Value) && !t.Value.Contains("\npublic ", StringComparison.Ordinal) && !t.Value.Contains(" : Operation\n", StringComparison.Ordinal))
            .Where(t => texts.Where(other => other.Key != t.Key).Select(other => other.Value).Concat(razor).Count(Mentions(Internal().Match(t.Value).Groups[1].Value)) < 2)
            .Select(t => Path.GetRelativePath(Sources, t.Key));

        Assert.Empty(fragments.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void InternalTypes_AreEachUsed()
    {
        // In the source of the product, not of its tests: what only a test uses is dead.
        var texts = Files().Where(f => !IsForNet8(f)).Select(File.ReadAllText).Concat(Directory.EnumerateFiles(Sources, "*.razor", SearchOption.AllDirectories).Select(File.ReadAllText)).ToList();
        var words = texts.SelectMany(text => Word().Matches(Comment().Replace(text, "")).Select(m => m.Value)).GroupBy(word => word, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        var unused = texts.SelectMany(text => Declared().Matches(text).Select(m => (Name: m.Groups[1].Value, Text: text)))
            .Where(type => !Used(type.Name) && !Used(type.Name.EndsWith("Attribute", StringComparison.Ordinal) ? type.Name[..^9] : type.Name)
                && !Extension().Matches(type.Text).Any(m => Used(m.Groups[1].Value)))
            .Select(type => type.Name);

        Assert.Empty(unused.Order(StringComparer.Ordinal));

        bool Used(string name) => words.GetValueOrDefault(name) > 1;
    }

    [Fact]
    public void Namespaces_AreTheFolder_AndTheProjectWhereATypeIsPublic()
    {
        foreach (var file in Files())
        {
            var text = File.ReadAllText(file);
            if (Namespace().Match(text) is not { Success: true } declared) continue;
            var folder = Path.GetRelativePath(Sources, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.');
            var project = Path.GetRelativePath(Sources, file).Split(Path.DirectorySeparatorChar)[0];
            // What is compiled into several assemblies has the namespace of none, or the one that its public form has.
            var allowed = project == "Shared" ? ["ModelRegistry." + folder.Split('.')[^1]] : Public().IsMatch(text) ? [folder, project] : new[] { folder };

            Assert.True(allowed.Contains(declared.Groups[1].Value), $"{file} is in {declared.Groups[1].Value}, not in {string.Join(" or ", allowed)}");
        }
    }

    // What .NET 8 lacks is used under the name that later ones have for it.
    private static bool IsForNet8(string file) => Path.GetFileName(Path.GetDirectoryName(file)) == "Net8";

    private static List<string> Files() =>
    [
        .. Directory.EnumerateFiles(Sources, "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin")),
    ];

    private static Func<string, bool> Mentions(string name) => text => Regex.IsMatch(text, $@"\b{name}\b");

    [GeneratedRegex(@"^public [\w ]*?(?:class|record|struct|interface|enum|delegate) ?", RegexOptions.Multiline)]
    private static partial Regex Public();

    [GeneratedRegex(@"^internal [\w ]*?(?:class|record|struct|interface|enum|delegate \w+) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Internal();

    [GeneratedRegex(@"^ *(?:internal|private|file) [\w ]*?(?:class|record struct|record|struct|interface|enum) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declared();

    [GeneratedRegex(@"\b(\w+)(?:<[\w, ]+>)?\(this ")]
    private static partial Regex Extension();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\]\(([^)]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
