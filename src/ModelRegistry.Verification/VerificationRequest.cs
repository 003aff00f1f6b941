using System.Collections.Immutable;

namespace ModelRegistry.Verification;

/// <summary>One verification as the child process is told it: paths and promises, nothing that needs a registry.</summary>
public sealed record VerificationRequest
{
    /// <summary>The weights.</summary>
    public required string Weights { get; init; }

    /// <summary>The name of a built-in architecture; null where <see cref="ArchitectureFile"/> describes one.</summary>
    public string? Architecture { get; init; }

    /// <summary>An <c>architecture.json</c>.</summary>
    public string? ArchitectureFile { get; init; }

    /// <summary>Class names, one a line.</summary>
    public string? Labels { get; init; }

    /// <summary>An input whose output is known: npy or safetensors.</summary>
    public string? SampleInput { get; init; }

    /// <summary>The output that belongs to <see cref="SampleInput"/>.</summary>
    public string? ExpectedOutput { get; init; }

    /// <summary>An image to classify.</summary>
    public string? Image { get; init; }

    /// <summary>An npy or safetensors file to run.</summary>
    public string? Input { get; init; }

    /// <summary>The manifest's <c>preprocessing</c> as JSON.</summary>
    public string? Preprocessing { get; init; }

    /// <summary>Declared shape of each input; -1 for any length.</summary>
    public ImmutableArray<ImmutableArray<long>> InputShapes { get; init; } = [];

    /// <summary>Declared shape of each output; -1 for any length.</summary>
    public ImmutableArray<ImmutableArray<long>> OutputShapes { get; init; } = [];

    /// <summary>How many classes to report.</summary>
    public int Top { get; init; } = 5;

    /// <summary>The engine's name.</summary>
    public string Engine { get; init; } = "managed";

    /// <summary>Threads; 0 for one per processor.</summary>
    public int Threads { get; init; }

    /// <summary>Most bytes that the verification may use.</summary>
    public long MemoryLimit { get; init; } = 4L << 30;

    /// <summary>Least cosine between output and expected output. Default 0.9999.</summary>
    public double CosineTolerance { get; init; } = 0.9999;

    /// <summary>Largest absolute difference between output and expected output, relative to the largest expected magnitude where that exceeds 1. Default 0.001.</summary>
    public double AbsoluteTolerance { get; init; } = 1e-3;

    /// <summary>Longest time of the second run in milliseconds; null for no limit.</summary>
    public double? MaxLatency { get; init; }
}
