namespace ModelRegistry.Dashboard.Layout;

/// <summary>One step of the way to a page.</summary>
public sealed record Crumb(string Text, string? Address = null);

/// <summary>One tab.</summary>
public sealed record Tab(string Text, string Address, bool IsCurrent, string? Count = null, string? Key = null);

/// <summary>The way to a page of a version.</summary>
internal static class VersionPlace
{
    public static IReadOnlyList<Crumb> Crumbs(PageContext page, string name, string version, string here) =>
        [new("Models", page.Links.Models), new(name, page.Links.Family(name)), new(version, page.Links.Version(name, version)), new(here)];
}
