using ModelRegistry.Dashboard.Families;
using ModelRegistry.Dashboard.Reading;
using ModelRegistry.Dashboard.Versions;

namespace ModelRegistry.Dashboard.Changes;

/// <summary>Makes the confirmations of changes.</summary>
public sealed class ChangeQuery(RegistryReader reader, VersionHeads heads)
{
    public PromoteView Promote(ModelId id, string? alias, string reason, string? problem, CancellationToken cancellation)
    {
        var head = heads.Of(id, cancellation);
        var family = head.Family;
        var aliases = family.Aliases.ToDictionary(a => a.Name, a => a.Record.Version.Value, StringComparer.Ordinal);
        var chosen = alias is { Length: > 0 } ? alias.TrimStart('@') : aliases.Count > 0 ? aliases.Keys.Order(StringComparer.Ordinal).First() : "production";
        var from = aliases.TryGetValue(chosen, out var at) && ModelVersion.TryParse(at, out var version) ? family.Index!.Find(version) : null;
        return new PromoteView
        {
            Head = head,
            Alias = chosen,
            Reason = reason,
            Aliases = aliases,
            Changes = from is null || ReferenceEquals(from, head.Version) ? [] : [.. family.Metrics.Take(6).Select(m => FamilyQuery.Cell(family, m, head.Version, from)).Where(c => c.Value is not null)],
            NeedsVerification = reader.Settings.Policies?.RequireVerifiedForPromotion == true && head.Version.Standing != VerificationStanding.Passed,
            Problem = problem,
        };
    }

    public YankView Yank(ModelId id, string reason, string replacement, string? problem, CancellationToken cancellation)
    {
        var head = heads.Of(id, cancellation);
        var family = head.Family;
        var others = family.Versions.Where(v => v.Yank is null && v.Manifest.Version != id.Version).ToList();
        var consequences = new List<string> { "No selector chooses it any more but its exact number or its digest, and those warn." };
        if (ReferenceEquals(head.Version, family.Latest)) consequences.Add(others.Where(v => !v.Manifest.Version.IsPrerelease).MaxBy(v => v.Manifest.CreatedAt) is { } next ? $"latest becomes {next.Manifest.Version}." : "latest has no answer any more.");
        if (ReferenceEquals(head.Version, family.Best)) consequences.Add("best becomes another version.");
        foreach (var alias in family.Aliases.Where(a => a.Record.Version == id.Version)) consequences.Add($"{alias.Name} still points at it: move it as well.");
        return new YankView
        {
            Head = head,
            Reason = reason,
            Replacement = replacement.Length > 0 ? replacement : "",
            Consequences = consequences,
            Candidates = [.. others.Take(200).Select(v => v.Manifest.Version.Value)],
            Problem = problem,
        };
    }
}
