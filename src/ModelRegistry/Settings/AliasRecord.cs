using ModelRegistry.Json;

namespace ModelRegistry;

/// <summary><c>aliases/NAME.json</c>: a pointer that moves; git holds its history.</summary>
public sealed record AliasRecord : Extensible
{
    /// <summary>What it points at.</summary>
    public required ModelVersion Version { get; init; }

    /// <summary>Who moved it last.</summary>
    public string? By { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }
}

/// <summary><c>yanks/VERSION.json</c>: the version must not be chosen any more.</summary>
public sealed record YankRecord : Extensible
{
    /// <summary>Who said so.</summary>
    public string? By { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>What to use instead.</summary>
    public ModelVersion? Replacement { get; init; }
}
