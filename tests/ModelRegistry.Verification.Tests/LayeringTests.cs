using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace ModelRegistry.Verification.Tests;

/// <summary>Who may know whom, read from what was built.</summary>
public sealed class LayeringTests
{
    private static readonly string[] FrontEnds = ["ModelRegistry.MSBuild", "Cake.ModelRegistry", "ModelRegistry.Tool"];

    [Theory]
    [InlineData("ModelRegistry", "Semver")]
    [InlineData("ModelRegistry.Weights")]
    [InlineData("ModelRegistry.Inference", "ModelRegistry.Weights")]
    [InlineData("ModelRegistry.Verification", "ModelRegistry", "ModelRegistry.Inference", "ModelRegistry.Weights")]
    public void Library_ReferencesTheFrameworkAndNothingElseButThese(string assembly, params string[] allowed)
    {
        var references = References(assembly).Where(name => !name.StartsWith("System.", StringComparison.Ordinal) && name is not "Microsoft.Win32.Primitives");

        Assert.Equal(allowed, references.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("ModelRegistry")]
    [InlineData("ModelRegistry.Weights")]
    [InlineData("ModelRegistry.Inference")]
    public void Library_DoesNotWriteToTheConsole(string assembly) => Assert.DoesNotContain("System.Console", References(assembly));

    [Fact]
    public void FrontEnds_NeverReferenceEachOther()
    {
        foreach (var project in FrontEnds)
        {
            var document = XDocument.Load(Path.Combine(Samples.Root, "src", project, project + ".csproj"));
            var references = document.Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension((string)r.Attribute("Include")!)).ToList();

            Assert.NotEmpty(references);
            Assert.Empty(references.Intersect(FrontEnds));
        }
    }

    [Fact]
    public void NativeGit_IsReferencedByProgramsOnly()
    {
        string[] programs = ["ModelRegistry.Tool", "ModelRegistry.Dashboard"];
        var projects = Directory.EnumerateFiles(Path.Combine(Samples.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Where(project => File.ReadAllText(project).Contains("ModelRegistry.LibGit2.csproj", StringComparison.Ordinal))
            .Select(project => Path.GetFileNameWithoutExtension(project)!)
            .ToList();

        Assert.Contains("ModelRegistry.Tool", projects);
        Assert.Empty(projects.Except(programs));
    }

    private static List<string> References(string assembly)
    {
        using var file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, assembly + ".dll")));
        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
