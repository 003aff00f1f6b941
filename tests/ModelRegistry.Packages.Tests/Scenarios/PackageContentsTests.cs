using System.IO.Compression;
using System.Reflection.Metadata;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ModelRegistry.Packages.Tests.Harness;

namespace ModelRegistry.Packages.Tests.Scenarios;

/// <summary>Each library comes as a package ought to: described, licensed, documented, and with what a debugger asks for.</summary>
[Collection(PackedFeedCollection.Name)]
public sealed partial class PackageContentsTests(PackedFeed feed)
{
    // Portable PDB specification, "Source Link".
    private static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    [Fact]
    public void EveryPackableLibrary_IsPackedForTheTests()
    {
        var packable = Directory.EnumerateFiles(Path.Combine(PackedFeed.RepositoryRoot, "src"), "*.csproj", SearchOption.AllDirectories)
            .Where(project => File.ReadAllText(project) is var text && text.Contains("<IsPackable>true", StringComparison.Ordinal) && !text.Contains("<PackAsTool>true", StringComparison.Ordinal))
            .Select(project => $"{Path.GetFileNameWithoutExtension(project)}.{PackedFeed.Version}.nupkg");

        Assert.Equal(packable.Order(StringComparer.Ordinal), feed.Packed.Select(Path.GetFileName));
    }

    [Fact]
    public void EveryPackage_HasReadmeIconLicenceAndRepository() => Assert.All(feed.Packed, path =>
    {
        using var package = ZipFile.OpenRead(path);
        PackageMetadata.AssertComplete(package);
    });

    [Fact]
    public void EveryLibrary_HasItsDocumentation() => Assert.All(Libraries(), library =>
    {
        using var package = ZipFile.OpenRead(library.Package);
        var documentation = package.GetEntry(Path.ChangeExtension(library.Entry, ".xml"));
        Assert.NotNull(documentation);
        using var stream = documentation.Open();
        Assert.NotEmpty(XDocument.Load(stream).Descendants("summary"));
    });

    [Fact]
    public void EveryLibrary_HasSymbolsThatLeadToItsSources() => Assert.All(Libraries(), library =>
    {
        using var symbols = ZipFile.OpenRead(Path.ChangeExtension(library.Package, ".snupkg"));
        var entry = symbols.GetEntry(Path.ChangeExtension(library.Entry, ".pdb"));
        Assert.NotNull(entry);
        using var content = new MemoryStream();
        using (var stream = entry.Open()) stream.CopyTo(content);
        content.Position = 0;
        using var provider = MetadataReaderProvider.FromPortablePdbStream(content);
        var reader = provider.GetMetadataReader();
        Assert.NotEmpty(reader.Documents);
        // The compiler can name addresses only where the repository was cloned from a host that serves sources.
        if (!IsClonedFromAHost()) return;
        Assert.Contains(reader.GetCustomDebugInformation(EntityHandle.ModuleDefinition), handle => reader.GetGuid(reader.GetCustomDebugInformation(handle).Kind) == SourceLink);
    });

    /// <summary>Every assembly that a project references, in every framework. The tasks and their targets are none.</summary>
    private List<(string Package, string Entry)> Libraries()
    {
        var libraries = feed.Packed.SelectMany(path =>
        {
            using var package = ZipFile.OpenRead(path);
            var name = Path.GetFileName(path)[..^$".{PackedFeed.Version}.nupkg".Length];
            return package.Entries.Where(entry => entry.FullName.StartsWith("lib/", StringComparison.Ordinal) && entry.Name == name + ".dll").Select(entry => (path, entry.FullName)).ToList();
        }).ToList();
        // Six libraries, of which two for two frameworks.
        Assert.Equal(8, libraries.Count);
        return libraries;
    }

    private static bool IsClonedFromAHost()
    {
        var origin = Dotnet.Run("git", PackedFeed.RepositoryRoot, ["config", "--get", "remote.origin.url"], new Dictionary<string, string?>());
        return origin.ExitCode == 0 && ServedHost().IsMatch(origin.Output);
    }

    [GeneratedRegex(@"(github|gitlab)\.com[:/]")]
    private static partial Regex ServedHost();
}
