using System.Collections.Immutable;
using ModelRegistry.Inference;
using ModelRegistry.Shared;
using ModelRegistry.Weights;

namespace ModelRegistry.Verification;

/// <summary>One verification as the child process is told it: paths and promises, nothing that needs a registry.</summary>
public sealed record VerificationRequest
{
    /// <summary>The version of the protocol.</summary>
    public int Protocol { get; init; } = Hosting.EngineProtocol.Version;

    /// <summary>The weights.</summary>
    public required string Weights { get; init; }

    /// <summary>The format of the weights as the manifest names it; null where it does not.</summary>
    public string? Format { get; init; }

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

    /// <summary>What the manifest declares as inputs.</summary>
    public ImmutableArray<DeclaredTensor> Inputs { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>What the manifest declares as outputs.</summary>
    public ImmutableArray<DeclaredTensor> Outputs { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>How many classes to report.</summary>
    public int Top { get; init; } = 5;

    /// <summary>The engine's name.</summary>
    public string Engine { get; init; } = ManagedEngine.EngineName;

    /// <summary>Threads; 0 for one per processor.</summary>
    public int Threads { get; init; }

    /// <summary>Most bytes that the verification may use.</summary>
    public long MemoryLimit { get; init; } = 4L << 30;

    /// <summary>Least cosine between output and expected output. Default 0.9999.</summary>
    public double CosineTolerance { get; init; } = 0.9999;

    /// <summary>Largest absolute difference between output and expected output, relative to the largest expected magnitude where that exceeds 1. Default 0.001.</summary>
    public double AbsoluteTolerance { get; init; } = 1e-3;

    /// <summary>Whether the report is to hold the outputs.</summary>
    public bool WithOutputs { get; init; }

    /// <summary>Longest time of the second run in milliseconds; null for no limit.</summary>
    public double? MaxLatency { get; init; }
}

/// <summary>An input or output as a manifest declares it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Dtype">Its element type, such as <c>float32</c>.</param>
/// <param name="Shape">Its sizes; -1 for any.</param>
public sealed record DeclaredTensor(string Name, string Dtype, ImmutableArray<long> Shape)
{
    /// <exception cref="InferenceException">MR0616: no element type has the name.</exception>
    internal static DType ParseType(string name) =>
        Types.TryGetValue(name, out var type) ? type : throw new InferenceException("MR0616", $"'{SafeText.OneLine(name)}' is no element type", hint: "use float32, float64, float16, int64, int32, uint8 or bool");

    private static readonly Dictionary<string, DType> Types = Enum.GetValues<DType>().ToDictionary(type => type.DisplayName(), StringComparer.Ordinal);
}
