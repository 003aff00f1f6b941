using ModelRegistry.Shared;

namespace ModelRegistry.Inference;

/// <summary>Makes text from a file safe to stand in a one-line message.</summary>
internal static class DisplayText
{
    private const int Longest = 160;

    /// <summary>Harmful characters as <c>\uXXXX</c>, cut after 160 characters.</summary>
    internal static string Escape(string text) => SafeText.OneLine(text, Longest);
}
