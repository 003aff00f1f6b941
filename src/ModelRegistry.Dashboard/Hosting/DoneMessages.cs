namespace ModelRegistry.Dashboard.Hosting;

/// <summary>What a page says after the change that led to it. The address carries a word of ours, never the text.</summary>
internal static class DoneMessages
{
    public static string? Of(string word) => word switch
    {
        "demo" => "The demo models are registered.",
        "promoted" => "The alias moved.",
        "yanked" => "The version is yanked.",
        "verified" => "The verification passed and is recorded.",
        "verify-failed" => "The verification failed; the report is recorded.",
        "registered" => "The version is registered.",
        "same" => "This content was registered before; nothing was written.",
        _ => null,
    };
}
