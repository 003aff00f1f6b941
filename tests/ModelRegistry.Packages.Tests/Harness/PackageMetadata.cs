using System.IO.Compression;
using System.Xml.Linq;

namespace ModelRegistry.Packages.Tests.Harness;

/// <summary>What the page of a package in a gallery is made of.</summary>
internal static class PackageMetadata
{
    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G'];

    /// <summary>A description, a README with words in it, an icon that is a picture, a licence and the commit that it was built from.</summary>
    public static void AssertComplete(ZipArchive package)
    {
        using var stream = package.Entries.Single(entry => !entry.FullName.Contains('/') && entry.Name.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        var metadata = XDocument.Load(stream).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
        XElement? Field(string name) => metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name);

        Assert.True(Field("description")?.Value.Length > 40, "no description of its own");
        Assert.Equal("MIT", Field("license")?.Value);
        Assert.Equal("expression", Field("license")?.Attribute("type")?.Value);
        Assert.True(Content(package, Field("readme")?.Value).Length > 200, "no README");
        Assert.Equal(Png, Content(package, Field("icon")?.Value)[..4]);
        Assert.Equal("git", Field("repository")?.Attribute("type")?.Value);
        Assert.Matches("^[0-9a-f]{40}$", Field("repository")?.Attribute("commit")?.Value);
    }

    private static byte[] Content(ZipArchive package, string? name)
    {
        Assert.NotNull(name);
        using var stream = package.GetEntry(name)!.Open();
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
