using System.Globalization;
using ModelRegistry.Dashboard.Layout;
using ModelRegistry.Dashboard.Linking;
using ModelRegistry.Dashboard.Reading;

namespace ModelRegistry.Dashboard.Families;

internal static class FamilyTabs
{
    public static IReadOnlyList<Tab> Of(FamilyFacts family, Links links, string current, bool hasCard)
    {
        var tabs = new List<Tab> { new("Versions", links.Family(family.Name), current == "versions", family.Versions.Count.ToString("N0", CultureInfo.InvariantCulture)) };
        if (hasCard) tabs.Add(new Tab("Model card", links.Family(family.Name, "card"), current == "card"));
        if (family.Versions.Count > 1 && Pair(family) is var (left, right)) tabs.Add(new Tab("Compare", links.Compare(family.Name, left, right), current == "compare", Key: "compare"));
        tabs.Add(new Tab("Activity", links.Family(family.Name, "activity"), current == "activity"));
        return tabs;
    }

    /// <summary>The two versions that one would compare first: best with latest, else the two newest.</summary>
    public static (string Left, string Right)? Pair(FamilyFacts family)
    {
        if (family.Latest is { } latest && family.Best is { } best && !ReferenceEquals(latest, best)) return (best.Manifest.Version.Value, latest.Manifest.Version.Value);
        return family.ByTime.Count < 2 ? null : (family.ByTime[^2].Manifest.Version.Value, family.ByTime[^1].Manifest.Version.Value);
    }
}
