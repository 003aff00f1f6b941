using ModelRegistry.Dashboard.Versions;

namespace ModelRegistry.Dashboard.Uses;

/// <summary>How a version comes into an app.</summary>
/// <param name="Head">The version.</param>
/// <param name="Ways">Exact, alias, best: what to write and what it means.</param>
public sealed record UseView(VersionHeadView Head, IReadOnlyList<Way> Ways)
{
    public static UseView Of(VersionHeadView head)
    {
        var ways = new List<Way> { new("Exactly this one", head.Number, "Stays at this version until you change it.") };
        ways.AddRange(head.Family.Aliases.Where(a => a.Record.Version == head.Manifest.Version).Select(a => new Way($"Whatever {a.Name} points at", "@" + a.Name, "Moves when the alias is moved; the lock file holds it until you update.")));
        if (ReferenceEquals(head.Family.Best, head.Version)) ways.Add(new Way("The best", "best", "Moves when a better version is registered; the lock file holds it until you update."));
        if (ReferenceEquals(head.Family.Latest, head.Version)) ways.Add(new Way("The latest", "latest", "Moves with every registration; the lock file holds it until you update."));
        return new UseView(head, ways);
    }
}

/// <summary>One selector.</summary>
public sealed record Way(string Title, string Selector, string Meaning);
