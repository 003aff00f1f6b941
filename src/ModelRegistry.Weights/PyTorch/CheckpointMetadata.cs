using System.Collections.Immutable;
using System.Globalization;

namespace ModelRegistry.Weights.PyTorch;

/// <summary>Plain values at the top of a checkpoint: epoch, architecture, accuracy.</summary>
internal static class CheckpointMetadata
{
    private const int MaxItems = 256;
    private const int MaxLength = 1024;

    internal static ImmutableSortedDictionary<string, string> From(object? root)
    {
        var metadata = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (root is PickleDict dict)
        {
            foreach (var (key, value) in dict.Items)
            {
                if (metadata.Count < MaxItems && key is string { Length: <= MaxLength } name && Text(value) is { Length: <= MaxLength } text)
                {
                    metadata[Display.Escape(name)] = Display.Escape(text);
                }
            }
        }

        return metadata.ToImmutable();
    }

    private static string? Text(object? value) => value switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        PickleConstant constant => constant.Text,
        _ => null,
    };
}
