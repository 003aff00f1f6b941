using System.Globalization;
using ModelRegistry.Dashboard.Families;
using ModelRegistry.Dashboard.Reading;

namespace ModelRegistry.Dashboard.Activity;

/// <summary>Makes the activity pages.</summary>
public sealed class ActivityQuery(Registry registry, RegistryReader reader, AuditReader audit, CardReader cards, TimeProvider clock)
{
    private const int ShownMoves = 30;

    public ActivityView Run(ModelName? name, IQueryCollection? query, CancellationToken cancellation)
    {
        var family = name is null ? null : reader.Get(name, cancellation);
        var all = name is null ? audit.All(cancellation) : audit.Of(name.Value, cancellation);
        var (action, by, since) = (Text(query, "action"), Text(query, "by"), Text(query, "since"));
        var from = since switch { "day" => clock.GetUtcNow().AddDays(-1), "week" => clock.GetUtcNow().AddDays(-7), "month" => clock.GetUtcNow().AddDays(-30), _ => DateTimeOffset.MinValue };
        var found = all.Where(e => (action is null || e.Action == action) && (by is null || e.Author == by) && e.At >= from).ToList();
        var pages = Math.Max(1, (found.Count + ActivityView.PageSize - 1) / ActivityView.PageSize);
        var page = int.TryParse(Text(query, "page"), NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) ? Math.Clamp(wanted, 1, pages) : 1;
        return new ActivityView
        {
            Family = family,
            Events = query is null ? found : [.. found.Skip((page - 1) * ActivityView.PageSize).Take(ActivityView.PageSize)],
            Count = found.Count,
            Page = page,
            Pages = query is null ? 1 : pages,
            Action = action,
            By = by,
            Since = since,
            Actions = [.. all.Select(e => e.Action).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Authors = [.. all.Select(e => e.Author).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(100)],
            Moves = family is null ? [] : [.. all.Where(e => e.Alias is not null && e.Version is not null).Take(ShownMoves)],
            IsRepository = registry.Repository(cancellation) is not null,
            HasCard = name is not null && cards.Exists(name),
        };
    }

    private static string? Text(IQueryCollection? query, string key) => query?[key].ToString() is { Length: > 0 and <= 300 } text ? text : null;
}
