using System.Collections.Immutable;

namespace ModelRegistry.Verification.Hosting;

/// <summary>A frame from the command to a serving program.</summary>
public sealed record ServeRequest
{
    /// <summary>The version of the protocol.</summary>
    public int Protocol { get; init; } = EngineProtocol.Version;

    /// <summary>Given back with the answer.</summary>
    public long Id { get; init; }

    /// <summary>The model to load; the first frame.</summary>
    public VerificationRequest? Load { get; init; }

    /// <summary>An input to run.</summary>
    public RunRequest? Run { get; init; }

    /// <summary>Ends the program without an answer.</summary>
    public bool End { get; init; }
}

/// <summary>A frame from a serving program: one of the three, or <see cref="Failure"/>.</summary>
public sealed record ServeAnswer
{
    /// <summary>The version of the protocol.</summary>
    public int Protocol { get; init; } = EngineProtocol.Version;

    /// <summary>The request's.</summary>
    public long Id { get; init; }

    /// <summary>Answers <see cref="ServeRequest.Load"/>.</summary>
    public ServedModelInfo? Loaded { get; init; }

    /// <summary>Answers <see cref="ServeRequest.Run"/>.</summary>
    public RunResult? Result { get; init; }

    /// <summary>Why there is neither. The program serves on, unless nothing was loaded.</summary>
    public ServeFailure? Failure { get; init; }
}

/// <summary>Why a model was not loaded, or an input not run.</summary>
/// <param name="Code">The diagnostic.</param>
/// <param name="Message">What is wrong, in one line.</param>
/// <param name="Hint">What to do; null where nothing sensible can be said.</param>
public sealed record ServeFailure(string Code, string Message, string? Hint);

/// <summary>What was loaded.</summary>
public sealed record ServedModelInfo
{
    /// <summary>The engine.</summary>
    public required string Engine { get; init; }

    /// <summary>Its version.</summary>
    public required string EngineVersion { get; init; }

    /// <summary>What it takes.</summary>
    public ImmutableArray<DeclaredTensor> Inputs { get; init; } = [];

    /// <summary>Milliseconds that loading took.</summary>
    public double LoadMilliseconds { get; init; }
}

/// <summary>An input to run: an image, an array file, tensors, or one of these for each input.</summary>
public sealed record RunRequest
{
    /// <summary>The bytes of a PNG, PGM, PPM or npy image; prepared as the manifest says.</summary>
    public ReadOnlyMemory<byte>? Image { get; init; }

    /// <summary>The bytes of an npy file, for a network with one input.</summary>
    public ReadOnlyMemory<byte>? Array { get; init; }

    /// <summary>One tensor for each input, in their order.</summary>
    public ImmutableArray<TensorData> Inputs { get => field.IsDefault ? [] : field; init; }

    /// <summary>What each of several inputs is given, in their order.</summary>
    public ImmutableArray<RunPart> Parts { get => field.IsDefault ? [] : field; init; }

    /// <summary>How many classes to report. Default 5.</summary>
    public int Top { get; init; } = 5;
}

/// <summary>What one of several inputs is given: one of the three.</summary>
public sealed record RunPart
{
    /// <summary>The bytes of an image, prepared as the manifest says.</summary>
    public ReadOnlyMemory<byte>? Image { get; init; }

    /// <summary>The bytes of an npy file.</summary>
    public ReadOnlyMemory<byte>? Array { get; init; }

    /// <summary>The tensor.</summary>
    public TensorData? Tensor { get; init; }
}

/// <summary>A tensor with its values.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Dtype">Its element type as manifests write it, such as <c>float32</c>.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Data">Its elements in row-major, little-endian order.</param>
public sealed record TensorData(string Name, string Dtype, ImmutableArray<long> Shape, ReadOnlyMemory<byte> Data);

/// <summary>What came out.</summary>
public sealed record RunResult
{
    /// <summary>The outputs.</summary>
    public ImmutableArray<TensorData> Outputs { get; init; } = [];

    /// <summary>What the network was given: the image after preprocessing.</summary>
    public ImmutableArray<TensorData> Inputs { get; init; } = [];

    /// <summary>The likeliest classes, where the network is a classifier.</summary>
    public ImmutableArray<TopClass> Top { get; init; } = [];

    /// <summary>Milliseconds by step: <c>prepare</c> (decoding and preprocessing) and <c>run</c>.</summary>
    public ImmutableSortedDictionary<string, double> Timings { get; init; } = Manifest.NoMetrics;
}
