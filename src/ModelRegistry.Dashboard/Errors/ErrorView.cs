using ModelRegistry.Diagnostics;

namespace ModelRegistry.Dashboard.Errors;

/// <summary>A failure as a page shows it.</summary>
public sealed record ErrorView(ModelRegistryException Failure, int Status, string RequestId)
{
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
