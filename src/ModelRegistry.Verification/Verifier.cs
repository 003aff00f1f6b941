using System.Collections.Immutable;
using ModelRegistry.Diagnostics;
using ModelRegistry.Shared;
using ModelRegistry.Verification.Checks;
using ModelRegistry.Verification.Delivery;
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

    /// <summary>The engine. Default null: <c>onnxruntime</c> for ONNX, <c>torchsharp</c> for TorchScript where it is installed, <c>managed</c> for everything else.</summary>
    public string? Engine { get; init; }

    /// <summary>The engines that can be chosen. Default null: those that come with the product, and for a registered version those in the cache of its registry.</summary>
    public EngineCatalogue? Engines { get; init; }

    /// <summary>Folders that hold an engine each, such as the output of a project that builds one. They go before engines of the same name elsewhere.</summary>
    public ImmutableArray<string> EngineFolders { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>How long it may take. Default one minute.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Most bytes that it may use. Default 4 GiB.</summary>
    public long MemoryLimit { get; init; } = 4L << 30;

    /// <summary>Threads; 0 (default) for one per processor.</summary>
    public int Threads { get; init; }

    /// <summary>Longest time of a run in milliseconds; null for no limit.</summary>
    public double? MaxLatency { get; init; }

    /// <summary>Whether the outcome is recorded in the registry. Default: true.</summary>
    public bool Record { get; init; } = true;

    /// <summary>Whether the record is committed. Default: true.</summary>
    public bool Commit { get; init; } = true;
}

/// <summary>A verification of a registered version.</summary>
/// <param name="Report">What was found.</param>
/// <param name="Recorded">What was written to the registry; null where nothing was to be recorded.</param>
public sealed record VerificationOutcome(VerificationReport Report, PointerChange? Recorded);

/// <summary>
/// Proves that a version loads and infers: runs the checks in a child process with limits, turns what happens there into a report, and decides what
/// the registry records of it.
/// </summary>
public static class Verifier
{
    /// <summary>Verifies a registered version and records the outcome, unless <see cref="VerifyOptions.Record"/> says otherwise.</summary>
    /// <remarks>What fails only by something of the caller's (an image, an array, a limit of latency) says nothing about the version and is not recorded.</remarks>
    /// <exception cref="ModelRegistryException">MR0640: the image or input does not exist; MR0641: no such engine; MR0643: no process can be started; MR0536: the version holds several models. A model that fails is a report, not an exception.</exception>
    public static VerificationOutcome Verify(Registry registry, Resolution resolution, VerifyOptions? options = null, CancellationToken cancellation = default)
    {
        var chosen = WithEnginesOf(registry, options);
        var report = Verify(resolution.Manifest, PathsOf(registry, resolution, cancellation), chosen, cancellation);
        return new VerificationOutcome(report, chosen.Record && SpeaksOfTheVersion(report, chosen) ? registry.RecordVerification(resolution.Id, Record(resolution.Manifest, report), chosen.Commit, cancellation) : null);
    }

    /// <summary>Verifies a registered version with every engine that can run it, one after the other, and holds what they give against each other. The outcome is recorded as one.</summary>
    /// <exception cref="ModelRegistryException">As for <see cref="Verify(Registry, Resolution, VerifyOptions?, CancellationToken)"/>; MR0654: no engine that can is installed.</exception>
    public static EngineComparison VerifyWithAll(Registry registry, Resolution resolution, VerifyOptions? options = null, CancellationToken cancellation = default)
    {
        var chosen = WithEnginesOf(registry, options);
        var pathOf = PathsOf(registry, resolution, cancellation);
        ImmutableArray<VerificationReport> reports = [.. chosen.Engines!.AllFor(resolution.Manifest).Select(host =>
        {
            var (_, request) = Request(resolution.Manifest, pathOf, chosen with { Engine = host.Engine });
            return EngineCall.Verify(host, request with { WithOutputs = true }, chosen.Timeout, cancellation);
        })];
        var difference = EngineAgreement.Largest(reports);
        var comparison = new EngineComparison(reports, difference, difference is null ? null : EngineAgreement.Check(difference), null);
        var recorded = chosen.Record && reports.All(report => SpeaksOfTheVersion(report, chosen));
        return recorded ? comparison with { Recorded = registry.RecordVerification(resolution.Id, Record(resolution.Manifest, comparison), chosen.Commit, cancellation) } : comparison;
    }

    /// <summary>Registers a version only if it passes its verification: the staged files are verified before the registry is locked, and the outcome is recorded.</summary>
    /// <remarks>What is registered already is neither verified nor recorded again.</remarks>
    /// <exception cref="ModelRegistryException">MR0642: a check failed, and nothing was registered. Others as for <see cref="Registry.Register"/>.</exception>
    public static RegistrationResult Register(Registry registry, RegistrationRequest request, VerifyOptions? options = null, CancellationToken cancellation = default)
    {
        VerificationReport? report = null;
        var chosen = WithEnginesOf(registry, options);
        var result = registry.Register(request with { Judge = Judge }, cancellation);
        if (report is not null && result.Created) registry.RecordVerification(result.Id, Record(result.Manifest, report), request.Commit, cancellation);
        return result;

        void Judge(Manifest draft, IReadOnlyList<StagedFile> files)
        {
            report = Verify(draft, file => files.First(f => f.Path == file.Path).Location, chosen, cancellation);
            if (!report.Passed) throw Failure(draft.Name.Value, report);
        }
    }

    /// <summary>Verifies files that are described by a manifest, wherever they stand.</summary>
    /// <param name="manifest">What was promised.</param>
    /// <param name="pathOf">Where each file stands.</param>
    /// <param name="options">Input and limits.</param>
    /// <param name="cancellation">Ends it, and the child process.</param>
    public static VerificationReport Verify(Manifest manifest, Func<ModelFile, string> pathOf, VerifyOptions? options = null, CancellationToken cancellation = default)
    {
        var chosen = options ?? new VerifyOptions();
        var (host, request) = Request(manifest, pathOf, chosen);
        return EngineCall.Verify(host, request, chosen.Timeout, cancellation);
    }

    /// <summary>The engine's program, and what it is told.</summary>
    internal static (EngineHost Host, VerificationRequest Request) Request(Manifest manifest, Func<ModelFile, string> pathOf, VerifyOptions options)
    {
        VersionWeights.RequireOne(manifest);
        var engines = EnginesOf(options, cacheDirectory: null);
        var host = options.Engine is { } named ? engines.Get(named) : engines.For(manifest);
        foreach (var file in new[] { options.Image, options.Input }.OfType<string>())
        {
            if (RegularFile.Otherwise(file) is { } other) throw VerificationCodes.FileUnreadable.Error($"{file} is {other}, not a regular file", "name a file");
            if (!File.Exists(file)) throw VerificationCodes.FileUnreadable.Error($"{file} does not exist", "check the path; it is relative to the current directory");
        }

        return (host, new VerificationRequest
        {
            Weights = Path.GetFullPath(pathOf(manifest.Weights)),
            Format = manifest.Weights.Format,
            Architecture = manifest.Architecture,
            ArchitectureFile = ByRole(FileRoles.Architecture),
            Labels = ByRole(FileRoles.Labels),
            SampleInput = ByRole(FileRoles.SampleInput),
            ExpectedOutput = ByRole(FileRoles.ExpectedOutput),
            Image = options.Image is { } image ? Path.GetFullPath(image) : null,
            Input = options.Input is { } input ? Path.GetFullPath(input) : null,
            Preprocessing = manifest.Preprocessing is { } preprocessing ? PreprocessingJson.Write(preprocessing) : null,
            Inputs = [.. manifest.Inputs.Select(Declared)],
            Outputs = [.. manifest.Outputs.Select(Declared)],
            Top = options.Top,
            Engine = host.Engine,
            Threads = options.Threads,
            MemoryLimit = options.MemoryLimit,
            MaxLatency = options.MaxLatency,
        });

        string? ByRole(string role) => manifest.Files.FirstOrDefault(f => f.Role == role) is { } file ? Path.GetFullPath(pathOf(file)) : null;
        static DeclaredTensor Declared(TensorSpec spec) => new(spec.Name, spec.Dtype, spec.Shape);
    }

    private static bool SpeaksOfTheVersion(VerificationReport report, VerifyOptions options)
    {
        var withInput = options.Image is not null || options.Input is not null;
        return report.Passed || report.Checks.Any(check => !check.Passed && !IsTheCallers(check.Name));

        bool IsTheCallers(string check) => check switch
        {
            "input" => true,
            "latency" => options.MaxLatency is not null,
            // A process that died with the caller's input in hand may have died of it.
            "process" => withInput,
            _ => false,
        };
    }

    /// <summary>The options with the engines that are installed for a registry.</summary>
    internal static VerifyOptions WithEnginesOf(Registry registry, VerifyOptions? options)
    {
        var chosen = options ?? new VerifyOptions();
        return chosen with { Engines = EnginesOf(chosen, registry.Context.Options.CacheDirectory), EngineFolders = [] };
    }

    private static EngineCatalogue EnginesOf(VerifyOptions options, string? cacheDirectory) =>
        options.EngineFolders.Aggregate(options.Engines ?? EngineCatalogue.Installed(cacheDirectory), (engines, folder) => engines.With(InstalledEngine.At(folder).Host));

    /// <summary>Where a version's files stand: those that are read together stand together, under their own names.</summary>
    internal static Func<ModelFile, string> PathsOf(Registry registry, Resolution resolution, CancellationToken cancellation)
    {
        var folder = resolution.Manifest.NeedsFolder ? registry.Folder(resolution, cancellation) : null;
        return file => folder is not null ? file.Path.Under(folder) : resolution.Files.First(f => f.File.Path == file.Path).LocalPath ?? registry.Locate(file, resolution.Id, cancellation);
    }

    /// <summary>The failure that a report amounts to.</summary>
    public static ModelRegistryException Failure(string what, VerificationReport report)
    {
        var failed = report.Checks.Where(c => !c.Passed).Select(c => $"{c.Name}: {c.Detail}");
        return VerificationCodes.Failed.Error($"{what} failed its verification: {string.Join("; ", failed)}", "train or export it again; 'modelreg inspect' shows what the file holds");
    }

    /// <summary>What the registry records of a report: it holds for exactly the files of the manifest.</summary>
    private static VerificationRecord Record(Manifest manifest, VerificationReport report) => new()
    {
        Engine = report.Engine,
        EngineVersion = report.EngineVersion,
        Passed = report.Passed,
        At = default,
        Files = manifest.Files.ToImmutableSortedDictionary(f => f.Path.Value, f => f.Digest, StringComparer.Ordinal),
        Checks = [.. report.Checks.Select(c => new VerificationCheck { Name = c.Name, Passed = c.Passed, Detail = c.Detail })],
        Timings = report.Timings,
    };

    // One record for all: each check says whose it is.
    private static VerificationRecord Record(Manifest manifest, EngineComparison comparison)
    {
        var first = Record(manifest, comparison.Reports[0]);
        var checks = comparison.Reports.SelectMany(report => report.Checks.Select(check => new VerificationCheck { Name = $"{report.Engine}: {check.Name}", Passed = check.Passed, Detail = check.Detail }));
        var agreement = comparison.Agreement is { } check ? [new VerificationCheck { Name = check.Name, Passed = check.Passed, Detail = check.Detail }] : Array.Empty<VerificationCheck>();
        return first with
        {
            Engine = string.Join(", ", comparison.Reports.Select(report => report.Engine)),
            EngineVersion = string.Join(", ", comparison.Reports.Select(report => report.EngineVersion ?? "?")),
            Passed = comparison.Passed,
            Checks = [.. checks, .. agreement],
        };
    }
}
