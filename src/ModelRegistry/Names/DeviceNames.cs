namespace ModelRegistry.Names;

/// <summary>Names that Windows opens as a device, whatever the extension (learn.microsoft.com, "Naming Files, Paths, and Namespaces").</summary>
internal static class DeviceNames
{
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "con", "prn", "aux", "nul", "conin$", "conout$",
        "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "com¹", "com²", "com³",
        "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "lpt¹", "lpt²", "lpt³",
    };

    public static bool IsReserved(string segment)
    {
        var dot = segment.IndexOf('.', StringComparison.Ordinal);
        return Reserved.Contains((dot < 0 ? segment : segment[..dot]).TrimEnd(' '));
    }
}
