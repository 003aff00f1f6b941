using ModelRegistry.Diagnostics;

namespace ModelRegistry.Dashboard.Errors;

/// <summary>A failure as a page shows it.</summary>
public sealed record ErrorView(ModelRegistryException Failure, int Status, string RequestId)
{
    /// <summary>The family below whose address it happened; null where there is none.</summary>
    public string? Family { get; init; }

    /// <summary>What may have been meant: names and their addresses.</summary>
    public IReadOnlyList<(string Text, string Address)> Near { get; init; } = [];

    public string Title => Status switch
    {
        404 => "Not found",
        403 => "Refused",
        409 => "Conflict",
        413 => "Too large",
        422 => "A check failed",
        429 => "Busy",
        503 or 507 => "The store failed",
        >= 500 => "Something is wrong",
        _ => "That does not work",
    };
}
