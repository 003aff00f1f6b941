using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Build.Framework;
using ModelRegistry.Diagnostics;
using ModelRegistry.Verification;

namespace ModelRegistry.MSBuild;

/// <summary>Registers a version of a model: ingests its files, writes its manifest and commits it. The same content registered again changes nothing.</summary>
public sealed class RegisterModel : RegistryTask
{
    /// <summary>The family.</summary>
    [Required, NotNull]
    public string? Name { get; set; }

    /// <summary>The files. Metadata: <c>Role</c> (default by name) and <c>ModelPath</c>, the path inside the model (default the file's name).</summary>
    [Required]
    public ITaskItem[] Files { get; set; } = [];

    /// <summary>In: the version; default the next by <see cref="Bump"/>. Out: the version registered.</summary>
    [Output]
    public string? Version { get; set; }

    /// <summary><c>auto</c> (default), <c>major</c>, <c>minor</c> or <c>patch</c>.</summary>
    public string? Bump { get; set; }

    /// <summary>What trained it.</summary>
    public string? Framework { get; set; }

    /// <summary>The network.</summary>
    public string? Architecture { get; set; }

    /// <summary>What it takes: items named by the tensor, with the metadata <c>Shape</c> (such as <c>-1x3x224x224</c>) and <c>Dtype</c> (default <c>float32</c>).</summary>
    public ITaskItem[] Inputs { get; set; } = [];

    /// <summary>What it gives, as <see cref="Inputs"/>.</summary>
    public ITaskItem[] Outputs { get; set; } = [];

    /// <summary>How an image becomes an input: one item of any name with the metadata <c>Resize</c>, <c>Crop</c>, <c>Mean</c>, <c>Std</c> (numbers separated by commas) and <c>Layout</c>.</summary>
    public ITaskItem? Preprocessing { get; set; }

    /// <summary>Figures: items named by the metric with the metadata <c>Value</c>, or <c>name=value</c>.</summary>
    public ITaskItem[] Metrics { get; set; } = [];

    /// <summary>A JSON file of figures; <see cref="Metrics"/> come on top.</summary>
    public string? MetricsFile { get; set; }

    /// <summary>Settings of the training: items with the metadata <c>Value</c>, a number, <c>true</c>, <c>false</c> or text.</summary>
    public ITaskItem[] Hyperparameters { get; set; } = [];

    /// <summary>The data set: <c>name</c>, <c>name@version</c> or <c>name@version@sha256:…</c>.</summary>
    public string? Dataset { get; set; }

    /// <summary>The version that it was trained from, <c>name/version</c>.</summary>
    public string? Parent { get; set; }

    /// <summary>When it was trained, as RFC 3339 writes times.</summary>
    public string? TrainedAt { get; set; }

    /// <summary>The page of the run that trained it.</summary>
    public string? RunUrl { get; set; }

    /// <summary>Free text.</summary>
    public string? Notes { get; set; }

    /// <summary>Labels: items with the metadata <c>Value</c>, or <c>name=value</c>.</summary>
    public ITaskItem[] Tags { get; set; } = [];

    /// <summary>The licence, as an SPDX expression.</summary>
    public string? License { get; set; }

    /// <summary>The family's description.</summary>
    public string? Description { get; set; }

    /// <summary>What the family does, such as <c>image-classification</c>.</summary>
    public string? ModelTask { get; set; }

    /// <summary>The metric that <c>best</c> means in this family: <c>accuracy</c> or <c>loss:min</c>.</summary>
    public string? DefaultMetric { get; set; }

    /// <summary>Conditions that the metrics must meet, such as <c>accuracy&gt;=0.9</c> or <c>accuracy&gt;=@production-0.005</c>.</summary>
    public string[] Require { get; set; } = [];

    /// <summary>A folder of the repository that holds the training source. Default: the project's folder.</summary>
    public string? SourceDirectory { get; set; }

    /// <summary>Whether to commit. Default: true.</summary>
    public bool CreateCommit { get; set; } = true;

    /// <summary>Give the files a second name in the store in place of a copy. Default: false.</summary>
    public bool Link { get; set; }

    /// <summary>Register weights although their pickle asks for code. Default: false.</summary>
    public bool AllowUnsafe { get; set; }

    /// <summary>Name and version.</summary>
    [Output]
    public string? Id { get; set; }

    /// <summary>False where the same content was registered before.</summary>
    [Output]
    public bool Created { get; set; }

    /// <summary>The commit that registered it; empty without one.</summary>
    [Output]
    public string? Commit { get; set; }

    /// <summary>The manifest's file.</summary>
    [Output]
    public string? ManifestPath { get; set; }

    private protected override void Run()
    {
        using var session = OpenWorkingCopy(new WeightsExaminer());
        var result = session.Registry.Register(Request(), Cancellation);
        Id = result.Id.ToString();
        Version = result.Id.Version.Value;
        Created = result.Created;
        Commit = result.Commit ?? "";
        ManifestPath = result.ManifestPath;
        Log.LogMessage(MessageImportance.High, "{0}", result.Created ? $"registered {Id}" : $"{Id} is registered already");
    }

    private RegistrationRequest Request() => new()
    {
        Name = ModelName.Parse(Name.Trim()),
        Files = [.. Files.Select(ReadFile)],
        Version = NullIfEmpty(Version) is { } version ? ModelVersion.Parse(version) : null,
        Step = ReadStep(),
        Framework = NullIfEmpty(Framework),
        Architecture = NullIfEmpty(Architecture),
        Inputs = [.. Inputs.Select(RegistrationItems.Tensor)],
        Outputs = [.. Outputs.Select(RegistrationItems.Tensor)],
        Preprocessing = Preprocessing is null ? null : RegistrationItems.Preprocessing(Preprocessing),
        Metrics = RegistrationItems.Metrics(NullIfEmpty(MetricsFile) is { } file ? FullPath(file) : null, Metrics),
        Hyperparameters = RegistrationItems.Pairs(Hyperparameters, nameof(Hyperparameters)).ToDictionary(h => h.Key, h => RegistrationItems.Json(h.Value)),
        Dataset = NullIfEmpty(Dataset) is { } dataset ? DatasetReference.Parse(dataset) : null,
        Parent = NullIfEmpty(Parent) is { } parent ? ModelId.Parse(parent) : null,
        TrainedAt = ReadTime(),
        Run = NullIfEmpty(RunUrl),
        Notes = NullIfEmpty(Notes),
        Tags = RegistrationItems.Pairs(Tags, nameof(Tags)),
        License = NullIfEmpty(License),
        Family = new FamilySettings
        {
            Description = NullIfEmpty(Description),
            Task = NullIfEmpty(ModelTask),
            Metric = NullIfEmpty(DefaultMetric) is { } metric ? MetricGoal.Parse(metric) : null,
        },
        Gates = [.. Require.Where(r => !string.IsNullOrWhiteSpace(r)).Select(Gate.Parse)],
        SourceDirectory = FullPath(NullIfEmpty(SourceDirectory) ?? "."),
        Commit = CreateCommit,
        Link = Link,
        AllowUnsafe = AllowUnsafe,
    };

    private FileToRegister ReadFile(ITaskItem item) => new(
        FullPath(item.ItemSpec),
        NullIfEmpty(item.GetMetadata("Role")),
        NullIfEmpty(item.GetMetadata("ModelPath")) is { } path ? RelativeFilePath.Parse(path.Replace('\\', '/')) : null);

    private VersionStep ReadStep()
    {
        if (NullIfEmpty(Bump) is not { } bump) return VersionStep.Auto;
        return !int.TryParse(bump, out _) && Enum.TryParse<VersionStep>(bump, ignoreCase: true, out var step)
            ? step
            : throw Codes.InvalidMetadata.Error($"Bump '{bump}' is not known", "use auto, major, minor or patch");
    }

    private DateTimeOffset? ReadTime()
    {
        if (NullIfEmpty(TrainedAt) is not { } text) return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw Codes.InvalidMetadata.Error($"TrainedAt '{text}' is not a time", "write 2026-11-21T19:30:00Z");
    }
}
