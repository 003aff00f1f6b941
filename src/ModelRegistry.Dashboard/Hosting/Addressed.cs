using ModelRegistry.Dashboard.Reading;

namespace ModelRegistry.Dashboard.Hosting;

/// <summary>Names and versions from addresses, checked once into the types of the core. What cannot be one is a page that does not exist.</summary>
internal static class Addressed
{
    public static ModelName Name(string text) =>
        ModelName.TryParse(text, out var name) ? name : throw DashboardCodes.PageNotFound.Error($"'{Shown.OneLine(Short(text))}' is not a model's name", "look for it in the list of models");

    /// <summary>A version, or what a selector means.</summary>
    /// <returns>The version, and whether the address named it exactly.</returns>
    public static (ModelVersion Version, bool IsExact) Version(RegistryReader reader, ModelName name, string text, CancellationToken cancellation)
    {
        if (ModelVersion.TryParse(text, out var version)) return (version, version.Value == text);
        if (!(text is "latest" or "best" || text.StartsWith("best:", StringComparison.Ordinal) || text.StartsWith('@')) || !Selector.TryParse(text, out var selector))
            throw DashboardCodes.PageNotFound.Error($"'{Shown.OneLine(Short(text))}' is not a version", $"look for it among the versions of {name}");
        return (reader.Resolve(name, selector, cancellation), false);
    }

    private static string Short(string text) => text.Length > 80 ? text[..80] + "…" : text;
}
