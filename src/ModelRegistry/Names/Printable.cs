using ModelRegistry.Shared;

namespace ModelRegistry.Names;

/// <summary>Shows untrusted text in a message.</summary>
internal static class Printable
{
    private const int MaxLength = 120;

    /// <summary>The text on one line, harmful characters escaped, long text cut.</summary>
    public static string Quote(string text) => SafeText.OneLine(text, MaxLength);
}
