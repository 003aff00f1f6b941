using System.Globalization;
using ModelRegistry;
using ModelRegistry.Diagnostics;

namespace Cake.ModelRegistry;

/// <summary>Reads <c>1x3x224x224</c>, <c>x:1x3x224x224</c> or <c>x:float32:-1x3x224x224</c>; a comma may stand for the <c>x</c> between lengths.</summary>
internal static class TensorText
{
    public static TensorSpec Parse(string text, string defaultName)
    {
        var parts = text.Split(':');
        if (parts.Length > 3 || parts.Any(string.IsNullOrWhiteSpace)) throw Invalid(text);
        var shape = parts[^1].Split('x', ',').Select(length => Length(length, text));
        return new TensorSpec
        {
            Name = parts.Length > 1 ? parts[0] : defaultName,
            Dtype = parts.Length > 2 ? parts[1] : "float32",
            Shape = [.. shape],
        };
    }

    private static long Length(string length, string text) =>
        length.Trim() == "?" ? -1
        : long.TryParse(length, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var value) ? value
        : throw Invalid(text);

    private static ModelRegistryException Invalid(string text) =>
        Codes.InvalidMetadata.Error($"'{text}' is not a shape", "write 1x3x224x224, NAME:1x3x224x224 or NAME:float32:1x3x224x224, with -1 for any length");
}
