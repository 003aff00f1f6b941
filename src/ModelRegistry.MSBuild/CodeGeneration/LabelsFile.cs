using System.Text;

namespace ModelRegistry.MSBuild.CodeGeneration;

/// <summary>Reads the class names of a model: one a line.</summary>
internal static class LabelsFile
{
    /// <summary>More labels than this stay in their file.</summary>
    public const int MaxLabels = 25_000;

    /// <summary>A longer file, in bytes, stays one.</summary>
    public const int MaxLength = 2 * 1024 * 1024;

    /// <returns>The labels, or why there are none.</returns>
    public static (IReadOnlyList<string>? Labels, string? Refusal) Read(string? path)
    {
        // A file that is too long was not fetched where it is to come on demand.
        if (path is null || new FileInfo(path).Length > MaxLength) return (null, $"the file is larger than {MaxLength / 1024 / 1024} MiB");
        string text;
        try
        {
            text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path));
        }
        catch (DecoderFallbackException)
        {
            return (null, "the file is not UTF-8 text");
        }

        var lines = text.TrimStart('\uFEFF').Split('\n').Select(line => line.TrimEnd('\r')).ToList();
        if (lines is [.., ""]) lines.RemoveAt(lines.Count - 1);
        return lines.Count > MaxLabels ? (null, $"it has more than {MaxLabels} lines") : (lines, null);
    }
}
