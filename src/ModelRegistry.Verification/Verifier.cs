using System.Collections.Immutable;
using ModelRegistry.Diagnostics;
using ModelRegistry.Verification.Hosting;

namespace ModelRegistry.Verification;

/// <summary>How to verify.</summary>
public sealed record VerifyOptions
{
    /// <summary>An image to classify.</summary>
    public string? Image { get; init; }

    /// <summary>An npy or safetensors file to run.</summary>
    public string? Input { get; init; }

    /// <summary>How many classes to report. Default 5.</summary>
    public int Top { get; init; } = 5;

    /// <summary>The engine. Default <c>managed</c>.</summary>
    public string Engine { get; init; } = "managed";

    /// <summary>How long it may take. Default one minute.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Most bytes that it may use. Default 4 GiB.</summary>
    public long MemoryLimit { get; init; } = 4L << 30;

    /// <summary>Threads; 0 (default) for one per processor.</summary>
    public int Threads { get; init; }

    /// <summary>Longest time of a run in milliseconds; null for no limit.</summary>
    public double? MaxLatency { get; init; }
}

/// <summary>Proves that a version loads and infers: runs the checks in a child process with limits, and turns what happens there into a report.</summary>
public static class Verifier
{
    /// <summary>Verifies a resolved version.</summary>
    /// <exception cref="ModelRegistryException">MR0640: the image or input does not exist; MR0641: no such engine; MR0643: no process can be started. A model that fails is a report, not an exception.</exception>
    public static VerificationReport Verify(Resolution resolution, VerifyOptions? options = null, CancellationToken cancellation = default) =>
        Verify(resolution.Manifest, file => resolution.Files.First(f => f.File.Path == file.Path).LocalPath ?? throw new InvalidOperationException("the resolution was made without fetching the files"), options, cancellation);

    /// <summary>Verifies files that are described by a manifest, wherever they stand.</summary>
    /// <param name="manifest">What was promised.</param>
    /// <param name="pathOf">Where each file stands.</param>
    /// <param name="options">Input and limits.</param>
    /// <param name="cancellation">Ends it, and the child process.</param>
    public static VerificationReport Verify(Manifest manifest, Func<ModelFile, string> pathOf, VerifyOptions? options = null, CancellationToken cancellation = default)
    {
        var chosen = options ?? new VerifyOptions();
        Engines.Named(chosen.Engine);
        foreach (var file in new[] { chosen.Image, chosen.Input }.OfType<string>())
        {
            if (!File.Exists(file)) throw VerificationCodes.FileUnreadable.Error($"{file} does not exist", "check the path; it is relative to the current directory");
        }

        string? ByRole(string role) => manifest.Files.FirstOrDefault(f => f.Role == role) is { } file ? Path.GetFullPath(pathOf(file)) : null;
        var request = new VerificationRequest
        {
            Weights = Path.GetFullPath(pathOf(manifest.Weights)),
            Architecture = manifest.Architecture,
            ArchitectureFile = ByRole(FileRoles.Architecture),
            Labels = ByRole(FileRoles.Labels),
            SampleInput = ByRole(FileRoles.SampleInput),
            ExpectedOutput = ByRole(FileRoles.ExpectedOutput),
            Image = chosen.Image is { } image ? Path.GetFullPath(image) : null,
            Input = chosen.Input is { } input ? Path.GetFullPath(input) : null,
            Preprocessing = manifest.Preprocessing is { } preprocessing ? PreprocessingJson.Write(preprocessing) : null,
            InputShapes = Shapes(manifest.Inputs),
            OutputShapes = Shapes(manifest.Outputs),
            Top = chosen.Top,
            Engine = chosen.Engine,
            Threads = chosen.Threads,
            MemoryLimit = chosen.MemoryLimit,
            MaxLatency = chosen.MaxLatency,
        };
        return new ChildProcess(chosen.Timeout, chosen.MemoryLimit).Run(request, cancellation);
    }

    /// <summary>The failure that a report amounts to.</summary>
    public static ModelRegistryException Failure(string what, VerificationReport report)
    {
        var failed = report.Checks.Where(c => !c.Passed).Select(c => $"{c.Name}: {c.Detail}");
        return VerificationCodes.Failed.Error($"{what} failed its verification: {string.Join("; ", failed)}", "train or export it again; 'modelreg inspect' shows what the file holds");
    }

    /// <summary>What the registry records of a report: it holds for exactly the files of the manifest.</summary>
    public static VerificationRecord Record(Manifest manifest, VerificationReport report) => new()
    {
        Engine = report.Engine,
        Passed = report.Passed,
        At = default,
        Files = manifest.Files.ToImmutableSortedDictionary(f => f.Path.Value, f => f.Digest, StringComparer.Ordinal),
        Checks = [.. report.Checks.Select(c => new VerificationCheck { Name = c.Name, Passed = c.Passed, Detail = c.Detail })],
        Timings = report.Timings,
    };

    private static ImmutableArray<ImmutableArray<long>> Shapes(ImmutableArray<TensorSpec> specs) => [.. specs.Select(s => s.Shape)];
}
