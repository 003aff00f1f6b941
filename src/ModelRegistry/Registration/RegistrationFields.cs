using System.Collections.Immutable;
using ModelRegistry.Registration;

namespace ModelRegistry;

/// <summary>Every field of a registration, in the order in which help and forms show them. A new one is one entry here.</summary>
public static class RegistrationFields
{
#pragma warning disable CS1591 // The descriptions are the documentation.
    public static readonly RegistrationField Name = new("name", FieldKind.Text, "NAME", "The model family; made by its first registration", (r, t) => r with { Name = ModelName.Parse(t.One.Trim()) }) { IsRequired = true };
    public static readonly RegistrationField File = new("file", FieldKind.List, "PATH[=PATH-IN-MODEL][:ROLE]", "A file of the model, or a folder with all its files; the role is told by the name unless given (.pth .pt .safetensors .onnx: weights, labels.txt: labels); shards and external data come along", (r, t) => r with { Files = [.. r.Files, .. t.All.Select(text => FileToRegister.Parse(text, t.Input.BaseDirectory))] }) { IsRequired = true };
    public static readonly RegistrationField Exclude = new("exclude", FieldKind.List, "PATTERN", "Leave files or folders of a folder out, such as *.bin or onnx", (r, t) => r with { Exclude = [.. t.All] });
    public static readonly RegistrationField Version = new("version", FieldKind.Text, "VERSION", "The version [default: the next by --bump]", (r, t) => r with { Version = ModelVersion.Parse(t.One.Trim()) });
    public static readonly RegistrationField Bump = new("bump", FieldKind.Text, "auto|major|minor|patch", "Which number to raise; auto: major when inputs or outputs changed, else minor", (r, t) => r with { Step = FieldParsing.Step(t.One) }) { Choices = ["auto", "major", "minor", "patch"] };
    public static readonly RegistrationField Metric = new("metric", FieldKind.List, "NAME=NUMBER", "A metric", (r, t) => r with { Metrics = FieldParsing.Merge("metric", r.Metrics, t.All, Metrics.ParsePair) });
    public static readonly RegistrationField MetricsFile = new("metrics", FieldKind.Text, "FILE|JSON", "A JSON object of metrics; - reads standard input", (r, t) => r with { Metrics = FieldParsing.Over(r.Metrics, Metrics.ParseJson(t.Input.Read(t.One, "metrics", out var origin), origin)) });
    public static readonly RegistrationField Metadata = new("metadata", FieldKind.Text, "FILE|JSON", "A JSON object with fields of the manifest, as a training script writes it; - reads standard input", (r, t) => RegistrationMetadata.Parse(t.Input.Read(t.One, "metadata", out var origin), origin).AddTo(r));
    public static readonly RegistrationField Architecture = new("architecture", FieldKind.Text, "NAME", "The network, such as resnet18", (r, t) => r with { Architecture = t.One });
    public static readonly RegistrationField Framework = new("framework", FieldKind.Text, "NAME", "What trained it, such as pytorch", (r, t) => r with { Framework = t.One });
    public static readonly RegistrationField InputShape = new("input-shape", FieldKind.List, "[NAME=][DTYPE:]SHAPE", "An input, such as 1x3x224x224 or x=float32:-1x3x224x224; -1 or ? is any length", (r, t) => r with { Inputs = FieldParsing.Shapes(t.All, "input") });
    public static readonly RegistrationField OutputShape = new("output-shape", FieldKind.List, "[NAME=][DTYPE:]SHAPE", "An output", (r, t) => r with { Outputs = FieldParsing.Shapes(t.All, "output") });
    public static readonly RegistrationField Preprocessing = new("preprocessing", FieldKind.Text, "FILE|JSON", "How an image becomes an input: { resize, crop, mean, std, layout }", (r, t) => r with { Preprocessing = RegistrationMetadata.ParsePreprocessing(t.Input.Read(t.One, "preprocessing", out var origin), origin) });
    public static readonly RegistrationField Resize = new("resize", FieldKind.Text, "PIXELS", "Preprocessing: length of the shorter side", (r, t) => FieldParsing.Prepare(r, p => p with { Resize = FieldParsing.Pixels("resize", t.One) }));
    public static readonly RegistrationField Crop = new("crop", FieldKind.Text, "PIXELS", "Preprocessing: side of the centred square that is kept", (r, t) => FieldParsing.Prepare(r, p => p with { Crop = FieldParsing.Pixels("crop", t.One) }));
    public static readonly RegistrationField Mean = new("mean", FieldKind.Text, "N,N,N", "Preprocessing: subtracted from each channel", (r, t) => FieldParsing.Prepare(r, p => p with { Mean = FieldParsing.Numbers("mean", t.One) }));
    public static readonly RegistrationField Std = new("std", FieldKind.Text, "N,N,N", "Preprocessing: each channel is divided by it", (r, t) => FieldParsing.Prepare(r, p => p with { Std = FieldParsing.Numbers("std", t.One) }));
    public static readonly RegistrationField Layout = new("layout", FieldKind.Text, "NCHW|NHWC", "Preprocessing: order of the dimensions", (r, t) => FieldParsing.Prepare(r, p => p with { Layout = t.One.Trim() }));
    public static readonly RegistrationField Hyperparameter = new("hyperparameter", FieldKind.List, "NAME=VALUE", "A setting of the training", (r, t) => r with { Hyperparameters = FieldParsing.Merge("hyperparameter", r.Hyperparameters, t.All, Hyperparameters.ParsePair) });
    public static readonly RegistrationField HyperparametersFile = new("hyperparameters", FieldKind.Text, "FILE|JSON", "A JSON object of settings of the training", (r, t) => r with { Hyperparameters = FieldParsing.Over(r.Hyperparameters, Hyperparameters.ParseJson(t.Input.Read(t.One, "hyperparameters", out var origin), origin)) });
    public static readonly RegistrationField Dataset = new("dataset", FieldKind.Text, "NAME[@VERSION][@DIGEST]", "What it was trained on", (r, t) => r with { Dataset = DatasetReference.Parse(t.One) });
    public static readonly RegistrationField Parent = new("parent", FieldKind.Text, "NAME/VERSION", "The version it was trained from", (r, t) => r with { Parent = ModelId.Parse(t.One.Trim()) });
    public static readonly RegistrationField Run = new("run", FieldKind.Text, "URL", "The page of the run that trained it", (r, t) => r with { Run = t.One });
    public static readonly RegistrationField TrainedAt = new("trained-at", FieldKind.Text, "TIME", "When it was trained, such as 2026-11-21T19:30:00Z", (r, t) => r with { TrainedAt = FieldParsing.Time(t.One) });
    public static readonly RegistrationField Notes = new("notes", FieldKind.Text, "TEXT", "Free text", (r, t) => r with { Notes = t.One });
    public static readonly RegistrationField Tag = new("tag", FieldKind.List, "NAME=TEXT", "A free label", (r, t) => r with { Tags = FieldParsing.Merge("tag", r.Tags, t.All, FieldParsing.Tag) });
    public static readonly RegistrationField License = new("license", FieldKind.Text, "SPDX", "The licence, as an SPDX expression", (r, t) => r with { License = t.One });
    public static readonly RegistrationField Description = new("description", FieldKind.Text, "TEXT", "One sentence about the family", (r, t) => r with { Family = r.Family with { Description = t.One } });
    public static readonly RegistrationField Task = new("task", FieldKind.Text, "TASK", "What the family does, such as image-classification", (r, t) => r with { Family = r.Family with { Task = t.One } });
    public static readonly RegistrationField DefaultMetric = new("default-metric", FieldKind.Text, "NAME[:min|max]", "The metric that 'best' means in this family", (r, t) => r with { Family = r.Family with { Metric = MetricGoal.Parse(t.One) } });
    public static readonly RegistrationField Require = new("require", FieldKind.List, "GATE", "Refuse unless a metric holds: accuracy>=0.9, accuracy>=@production-0.005", (r, t) => r with { Gates = [.. t.All.Select(Gate.Parse)] });
    public static readonly RegistrationField Source = new("source", FieldKind.Text, "DIR|none", "The repository of the training source; none claims no commit [default: that of the folder in which it is registered]", (r, t) => r with { Source = t.One.Trim() == "none" ? RegistrationSource.None : RegistrationSource.At(t.Input.FullPath(t.One)) });
    public static readonly RegistrationField SourceRepository = new("source-repository", FieldKind.Text, "URL", "The repository of --source-commit", FieldParsing.NeedsCommit("source-repository"));
    public static readonly RegistrationField SourceBranch = new("source-branch", FieldKind.Text, "NAME", "The branch of --source-commit", FieldParsing.NeedsCommit("source-branch"));
    public static readonly RegistrationField SourceDirty = new("source-dirty", FieldKind.Text, "true|false", "Whether the tree had changes beyond --source-commit", FieldParsing.NeedsCommit("source-dirty")) { Choices = ["true", "false"] };
    public static readonly RegistrationField SourceCommit = new("source-commit", FieldKind.Text, "COMMIT", "The commit of the training source, where its repository is not at hand", (r, t) => r with { Source = RegistrationSource.Of(t.One.Trim(), t.Input.Text(SourceRepository), t.Input.Text(SourceBranch), FieldParsing.Flag("source-dirty", t.Input.Text(SourceDirty))) });
    public static readonly RegistrationField Link = new("link", FieldKind.Switch, "", "Give the files a second name in the store in place of a copy; they become read-only", (r, _) => r with { Link = true });
    public static readonly RegistrationField NoCommit = new("no-commit", FieldKind.Switch, "", "Write without committing", (r, _) => r with { Commit = false });
    public static readonly RegistrationField AllowUnsafe = new("allow-unsafe", FieldKind.Switch, "", "Register weights although their scan found something; the manifest records it", (r, _) => r with { AllowUnsafe = true });
#pragma warning restore CS1591

    /// <summary>All of them.</summary>
    public static IReadOnlyList<RegistrationField> All { get; } =
    [
        Name, File, Exclude, Version, Bump, Metric, MetricsFile, Metadata, Architecture, Framework, InputShape, OutputShape, Preprocessing, Resize, Crop, Mean, Std, Layout,
        Hyperparameter, HyperparametersFile, Dataset, Parent, Run, TrainedAt, Notes, Tag, License, Description, Task, DefaultMetric, Require,
        Source, SourceCommit, SourceRepository, SourceBranch, SourceDirty, Link, NoCommit, AllowUnsafe,
    ];

    /// <summary>What stands in files comes first, so that what is said directly wins over it.</summary>
    internal static ImmutableArray<RegistrationField> InOrderOfWeight { get; } =
        [Metadata, MetricsFile, HyperparametersFile, Preprocessing, .. All.Where(f => f != Metadata && f != MetricsFile && f != HyperparametersFile && f != Preprocessing)];

    /// <summary>A field by its name; null where there is none.</summary>
    public static RegistrationField? Find(string name) => All.FirstOrDefault(f => f.Name == name);
}
