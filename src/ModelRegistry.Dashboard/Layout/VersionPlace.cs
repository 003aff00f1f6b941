namespace ModelRegistry.Dashboard.Layout;

/// <summary>The way to a page of a version.</summary>
internal static class VersionPlace
{
    public static IReadOnlyList<Crumb> Crumbs(PageContext page, string name, string version, string here) =>
        [new("Models", page.Links.Models), new(name, page.Links.Family(name)), new(version, page.Links.Version(name, version)), new(here)];
}
