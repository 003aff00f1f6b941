using ModelRegistry.Dashboard.Linking;
using ModelRegistry.Dashboard.Reading;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Dashboard.Cards;

/// <summary>
/// Where the relative addresses of a model card lead, so that a card that is read in the repository reads the same here: <c>1.0.0</c> and
/// <c>versions/1.0.0.json</c> to the version, <c>1.0.0/curve.png</c> to its file, <c>../other</c> to another family.
/// </summary>
internal sealed class CardLinks(RegistryReader reader, FamilyFacts family, Links links, bool hasFiles)
{
    /// <summary>The images that the card shows.</summary>
    public List<(ModelId Id, ModelFile File)> Images { get; } = [];

    public string? Link(string url)
    {
        switch (Segments(url))
        {
            case ["..", var name] when Exists(name):
                return links.Family(name);
            case ["..", var name, "README.md"] when Exists(name):
                return links.Family(name, "card");
            case ["versions", var file] when file.EndsWith(".json", StringComparison.Ordinal) && Find(file[..^5]) is { } version:
                return links.Version(family.Name, version.Manifest.Version.Value);
            case [var number] when Find(number) is { } version:
                return links.Version(family.Name, version.Manifest.Version.Value);
            case [var number, .. var path] when path.Length > 0 && hasFiles && File(number, path) is var (id, file):
                return links.File(family.Name, id.Version.Value, file.Path.Value);
            default:
                return null;
        }
    }

    public string? Image(string url)
    {
        if (Segments(url) is not [var number, .. var path] || path.Length == 0 || File(number, path) is not var (id, file) || CardImages.TypeOf(file) is null) return null;
        Images.Add((id, file));
        return links.Image(family.Name, id.Version.Value, file.Path.Value);
    }

    private static string[] Segments(string url)
    {
        var segments = Uri.UnescapeDataString(url.Split('?', '#')[0]).Split('/');
        return segments[0] == "." ? segments[1..] : segments;
    }

    private IndexedVersion? Find(string number) => ModelVersion.TryParse(number, out var version) && version.Value == number ? family.Index?.Find(version) : null;

    private (ModelId Id, ModelFile File)? File(string number, string[] path) =>
        Find(number)?.Manifest is { } manifest && manifest.Files.FirstOrDefault(f => f.Path.Value == string.Join('/', path)) is { } file ? (manifest.Id, file) : null;

    private bool Exists(string text)
    {
        if (!ModelName.TryParse(text, out var name)) return false;
        try
        {
            reader.Get(name, CancellationToken.None);
            return true;
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic == Codes.ModelNotFound)
        {
            return false;
        }
    }
}
