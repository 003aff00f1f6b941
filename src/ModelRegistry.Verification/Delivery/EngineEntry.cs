using System.Collections.Immutable;

namespace ModelRegistry.Verification.Delivery;

/// <summary>What <c>engine.json</c> beside a host says.</summary>
/// <param name="Engine">The engine's name.</param>
/// <param name="Program">The file that is started.</param>
/// <param name="Formats">The formats that it loads.</param>
internal sealed record EngineEntry(string Engine, string Program, ImmutableArray<string> Formats)
{
    /// <summary>The file.</summary>
    public const string FileName = "engine.json";

    /// <summary>The package whose version is the engine's.</summary>
    public string? Library { get; init; }

    /// <summary>Files of packages that the host never loads.</summary>
    public ImmutableArray<string>? Unneeded { get; init; }

    /// <summary>Of an installed engine: the version of its library with that of the native runtime.</summary>
    public string? Version { get; init; }

    /// <summary>Of an installed engine: the platform that it runs on.</summary>
    public string? Platform { get; init; }

    /// <summary>Of an installed engine: which host it is.</summary>
    public string? Release { get; init; }
}
