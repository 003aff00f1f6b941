using System.Diagnostics.CodeAnalysis;

namespace ModelRegistry;

/// <summary>Where an alias has to be for a change to happen; compared while no other writer can move it.</summary>
public sealed record ExpectedAlias
{
    private ExpectedAlias(ModelVersion? version) => Version = version;

    /// <summary>The alias is not set.</summary>
    public static ExpectedAlias Unset { get; } = new((ModelVersion?)null);

    /// <summary>The version that it points at; null where it must not be set.</summary>
    public ModelVersion? Version { get; }

    /// <summary>The alias points at a version.</summary>
    public static ExpectedAlias At(ModelVersion version) => new(version ?? throw new ArgumentNullException(nameof(version)));

    /// <summary>Reads a version, or <c>none</c> for an alias that is not set.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ExpectedAlias? expected)
    {
        expected = text == "none" ? Unset : ModelVersion.TryParse(text, out var version) ? At(version) : null;
        return expected is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Version?.Value ?? "none";
}
