using ModelRegistry.Dashboard.Reading;

namespace ModelRegistry.Dashboard.Activity;

/// <summary>The audit trail, filtered.</summary>
public sealed record ActivityView
{
    public const int PageSize = 50;

    /// <summary>The family; null for the whole registry.</summary>
    public FamilyFacts? Family { get; init; }

    public required IReadOnlyList<AuditEvent> Events { get; init; }

    public required int Count { get; init; }

    public required int Page { get; init; }

    public required int Pages { get; init; }

    public string? Action { get; init; }

    public string? By { get; init; }

    public string? Since { get; init; }

    public required IReadOnlyList<string> Actions { get; init; }

    public required IReadOnlyList<string> Authors { get; init; }

    /// <summary>Every move of every alias of the family, newest first.</summary>
    public required IReadOnlyList<AuditEvent> Moves { get; init; }

    public bool IsRepository { get; init; }

    public bool HasCard { get; init; }
}
