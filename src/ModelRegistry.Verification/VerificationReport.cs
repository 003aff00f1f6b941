using System.Collections.Immutable;
using ModelRegistry.Shared;

namespace ModelRegistry.Verification;

/// <summary>What a verification found.</summary>
public sealed record VerificationReport
{
    /// <summary>The version of the protocol.</summary>
    public int Protocol { get; init; } = Hosting.EngineProtocol.Version;

    /// <summary>The engine that ran.</summary>
    public required string Engine { get; init; }

    /// <summary>Its version; null where it did not come to say it.</summary>
    public string? EngineVersion { get; init; }

    /// <summary>Every check, in order; a later one is absent where an earlier failure left nothing to check.</summary>
    public required ImmutableArray<CheckResult> Checks { get; init; }

    /// <summary>Milliseconds by step: <c>load</c>, <c>firstRun</c>, <c>secondRun</c>, and <c>total</c> of the process.</summary>
    public required ImmutableSortedDictionary<string, double> Timings { get; init; }

    /// <summary>The likeliest classes of the image or input, where the network is a classifier.</summary>
    public ImmutableArray<TopClass> Top { get; init; } = [];

    /// <summary>What the network gave, where the request asks for it and it is not too large.</summary>
    public ImmutableArray<Hosting.TensorData> Outputs { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Whether every check passed.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool Passed => Checks.Length > 0 && Checks.All(check => check.Passed);

    /// <summary>The report of an engine's program that came to no answer.</summary>
    internal static VerificationReport Unanswered(string engine, string reason) => new()
    {
        Engine = engine,
        Checks = [new CheckResult("process", false, SafeText.OneLine(reason))],
        Timings = Manifest.NoMetrics,
    };
}

/// <summary>One check.</summary>
/// <param name="Name">Its name: <c>architecture</c>, <c>strict-load</c>, <c>run</c>, <c>output-shape</c>, <c>finite</c>, <c>deterministic</c>, <c>golden</c>, <c>labels</c>, <c>latency</c>, <c>input</c>, or <c>process</c>.</param>
/// <param name="Passed">Whether it passed.</param>
/// <param name="Detail">What was seen; for a failure, what and where.</param>
public sealed record CheckResult(string Name, bool Passed, string Detail);

/// <summary>One class of a classification.</summary>
/// <param name="Index">Its index in the output.</param>
/// <param name="Label">Its label; the index as text where there are no labels.</param>
/// <param name="Probability">Softmax of the scores.</param>
public sealed record TopClass(int Index, string Label, double Probability);
