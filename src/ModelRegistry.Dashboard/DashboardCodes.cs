using ModelRegistry.Diagnostics;
using static ModelRegistry.Diagnostics.ErrorKind;

namespace ModelRegistry.Dashboard;

/// <summary>The diagnostics of the dashboard.</summary>
public static class DashboardCodes
{
    public static readonly Diagnostic AddressInUse = new("MR0901", Store, "Port of the dashboard is taken");
    public static readonly Diagnostic OpenToOthers = new("MR0902", InvalidInput, "Dashboard would be open to others");
    public static readonly Diagnostic NotAnExport = new("MR0903", Conflict, "Folder is not an export");
    public static readonly Diagnostic HostRefused = new("MR0910", InvalidInput, "Host is not allowed");
    public static readonly Diagnostic CrossSite = new("MR0911", InvalidInput, "Request comes from another site");
    public static readonly Diagnostic FormExpired = new("MR0912", InvalidInput, "Form was made by an earlier process");
    public static readonly Diagnostic TokenNeeded = new("MR0913", InvalidInput, "Token needed");
    public static readonly Diagnostic ReadOnly = new("MR0914", InvalidInput, "Dashboard is read-only");
    public static readonly Diagnostic TooLarge = new("MR0915", InvalidInput, "Request is too large");
    public static readonly Diagnostic Busy = new("MR0916", Conflict, "Dashboard is busy");
    public static readonly Diagnostic UploadRefused = new("MR0917", InvalidInput, "Upload refused");
    public static readonly Diagnostic DraftGone = new("MR0918", NotFound, "Draft or upload not found");
    public static readonly Diagnostic InvalidRequest = new("MR0920", InvalidInput, "Invalid request");
    public static readonly Diagnostic PageNotFound = new("MR0921", NotFound, "Page not found");
    public static readonly Diagnostic InferenceFailed = new("MR0922", CheckFailed, "Inference failed");
    public static readonly Diagnostic InputRefused = new("MR0923", InvalidInput, "Input of a model refused");
    public static readonly Diagnostic Unexpected = new("MR0949", CheckFailed, "Unexpected failure of the dashboard");

    public static IReadOnlyList<Diagnostic> All => field ??=
        [.. typeof(DashboardCodes).GetFields().Where(f => f.FieldType == typeof(Diagnostic)).Select(f => (Diagnostic)f.GetValue(null)!)];
}
