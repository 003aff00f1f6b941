using System.Diagnostics.CodeAnalysis;
using ModelRegistry.Diagnostics;
using ModelRegistry.Names;

namespace ModelRegistry;

/// <summary>One version of one family: <c>resnet18/1.1.0</c>.</summary>
/// <param name="Name">The family.</param>
/// <param name="Version">The version.</param>
public sealed record ModelId(ModelName Name, ModelVersion Version)
{
    /// <summary>Reads <c>name/version</c>.</summary>
    /// <exception cref="ModelRegistryException">MR0101 or MR0102: one half is invalid.</exception>
    public static ModelId Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            throw Codes.InvalidVersion.Error($"'{Printable.Quote(text)}' names no version", "write NAME/VERSION, such as resnet18/1.1.0");
        return new ModelId(ModelName.Parse(text[..slash]), ModelVersion.Parse(text[(slash + 1)..]));
    }

    /// <summary>Reads <c>name/version</c>; false where it is not that.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ModelId? id)
    {
        id = null;
        if (text?.Split('/') is not [var name, var version]) return false;
        if (!ModelName.TryParse(name, out var parsedName) || !ModelVersion.TryParse(version, out var parsedVersion)) return false;
        id = new ModelId(parsedName, parsedVersion);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}/{Version}";
}
