namespace ModelRegistry.Verification.Checks;

/// <summary>Class names, one a line; blank lines at the end name no class.</summary>
internal static class LabelLines
{
    public static string[] Read(string path)
    {
        var lines = File.ReadAllLines(path).AsSpan();
        while (lines is [.., var last] && string.IsNullOrWhiteSpace(last)) lines = lines[..^1];
        return lines.ToArray();
    }
}
