using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using ModelRegistry.Diagnostics;
using ModelRegistry.Shared;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;

namespace ModelRegistry.Tool.Registering;

/// <summary>The options of <c>modelreg register</c> and the request they make. What the command line says wins over files.</summary>
internal sealed class RegisterOptions
{
    private readonly Option<string> _name = new("--name") { Description = "The model family; made by its first registration", HelpName = "NAME", Required = true };
    private readonly Option<string[]> _file = Required(CommonOptions.Many("--file", "PATH[:ROLE]", "A file of the model; the role is told by the name unless given (.pth .pt .safetensors .onnx: weights, labels.txt: labels)"));
    private readonly Option<string?> _version = CommonOptions.Text("--version", "VERSION", "The version [default: the next by --bump]");
    private readonly Option<VersionStep> _bump = Choice.Of(
        "--bump", "Which number to raise; auto: major when inputs or outputs changed, else minor", VersionStep.Auto,
        ("auto", VersionStep.Auto), ("major", VersionStep.Major), ("minor", VersionStep.Minor), ("patch", VersionStep.Patch));
    private readonly Option<string[]> _metric = CommonOptions.Many("--metric", "NAME=NUMBER", "A metric");
    private readonly Option<string?> _metrics = CommonOptions.Text("--metrics", "FILE", "A JSON object of metrics");
    private readonly Option<string?> _metadata = CommonOptions.Text("--metadata", "FILE", "A JSON object with fields of the manifest, as a training script writes it");
    private readonly Option<string?> _architecture = CommonOptions.Text("--architecture", "NAME", "The network, such as resnet18");
    private readonly Option<string?> _framework = CommonOptions.Text("--framework", "NAME", "What trained it, such as pytorch");
    private readonly Option<string[]> _inputShape = CommonOptions.Many("--input-shape", "[NAME=][DTYPE:]SHAPE", "An input, such as 1x3x224x224 or x=float32:-1x3x224x224; -1 or ? is any length");
    private readonly Option<string[]> _outputShape = CommonOptions.Many("--output-shape", "[NAME=][DTYPE:]SHAPE", "An output");
    private readonly Option<string?> _preprocessing = CommonOptions.Text("--preprocessing", "FILE|JSON", "How an image becomes an input: { resize, crop, mean, std, layout }");
    private readonly Option<string[]> _hyperparameter = Named("--hyperparameter", "--param", CommonOptions.Many, "NAME=VALUE", "A setting of the training");
    private readonly Option<string?> _hyperparameters = CommonOptions.Text("--hyperparameters", "FILE", "A JSON object of settings of the training");
    private readonly Option<string?> _dataset = CommonOptions.Text("--dataset", "NAME[@VERSION][@DIGEST]", "What it was trained on");
    private readonly Option<string?> _parent = CommonOptions.Text("--parent", "NAME/VERSION", "The version it was trained from");
    private readonly Option<string?> _run = CommonOptions.Text("--run", "URL", "The page of the run that trained it");
    private readonly Option<string?> _trainedAt = CommonOptions.Text("--trained-at", "TIME", "When it was trained, such as 2026-11-21T19:30:00Z");
    private readonly Option<string?> _notes = CommonOptions.Text("--notes", "TEXT", "Free text");
    private readonly Option<string[]> _tag = CommonOptions.Many("--tag", "NAME=TEXT", "A free label");
    private readonly Option<string?> _license = CommonOptions.Text("--license", "SPDX", "The licence, as an SPDX expression");
    private readonly Option<string?> _description = CommonOptions.Text("--description", "TEXT", "One sentence about the family");
    private readonly Option<string?> _task = CommonOptions.Text("--task", "TASK", "What the family does, such as image-classification");
    private readonly Option<string?> _defaultMetric = CommonOptions.Text("--default-metric", "NAME[:min|max]", "The metric that 'best' means in this family");
    private readonly Option<string[]> _require = CommonOptions.Many("--require", "GATE", "Refuse unless a metric holds: accuracy>=0.9, accuracy>=@production-0.005");
    private readonly Option<string?> _source = CommonOptions.Text("--source", "DIR", "The repository of the training source [default: the current directory's]");
    private readonly Option<bool> _link = new("--link") { Description = "Give the files a second name in the store in place of a copy; they become read-only" };
    private readonly Option<bool> _noCommit = CommonOptions.NoCommit();
    private readonly Option<bool> _verify = new("--verify") { Description = "Run the model first and refuse it when a check fails; the outcome is recorded" };
    private readonly Option<bool> _allowUnsafe = new("--allow-unsafe") { Description = "Register weights although their scan found something; the manifest records it" };

    /// <summary>In the order of the help.</summary>
    public IEnumerable<Option> All =>
    [
        _name, _file, _version, _bump, _metric, _metrics, _metadata, _architecture, _framework, _inputShape, _outputShape, _preprocessing,
        _hyperparameter, _hyperparameters, _dataset, _parent, _run, _trainedAt, _notes, _tag, _license, _description, _task, _defaultMetric,
        _require, _source, _link, _noCommit, _verify, _allowUnsafe,
    ];

    /// <summary>Whether to verify before the registration.</summary>
    public bool WantsVerification(CommandContext context) => context.Value(_verify);

    /// <summary>The request.</summary>
    public RegistrationRequest Read(CommandContext context)
    {
        var name = ModelName.Parse(context.Value(_name)!);
        var metadata = context.Value(_metadata) is { } file ? RegistrationMetadata.Parse(InputFile.Read(file, "--metadata"), file) : new RegistrationMetadata();
        return new RegistrationRequest
        {
            Name = name,
            Files = [.. context.Value(_file)!.Select(FileToRegister.Parse)],
            Version = context.Value(_version) is { } version ? ModelVersion.Parse(version) : null,
            Step = context.Value(_bump),
            Framework = context.Value(_framework) ?? metadata.Framework,
            Architecture = context.Value(_architecture) ?? metadata.Architecture,
            Inputs = Shapes(context.Value(_inputShape)!, "input") is { Length: > 0 } inputs ? inputs : metadata.Inputs,
            Outputs = Shapes(context.Value(_outputShape)!, "output") is { Length: > 0 } outputs ? outputs : metadata.Outputs,
            Preprocessing = context.Value(_preprocessing) is { } preprocessing ? ReadPreprocessing(preprocessing) : metadata.Preprocessing,
            Metrics = Pairs("metric", metadata.Metrics, FileMetrics(context), context.Value(_metric)!.Select(ModelRegistry.Metrics.ParsePair)),
            Hyperparameters = Pairs("hyperparameter", metadata.Hyperparameters, FileHyperparameters(context), context.Value(_hyperparameter)!.Select(ModelRegistry.Hyperparameters.ParsePair)),
            Dataset = context.Value(_dataset) is { } dataset ? DatasetReference.Parse(dataset) : metadata.Dataset,
            Parent = context.Value(_parent) is { } parent ? ModelId.Parse(parent) : metadata.Parent,
            TrainedAt = context.Value(_trainedAt) is { } trained ? Time(trained) : metadata.TrainedAt,
            Run = context.Value(_run) ?? metadata.Run,
            Notes = context.Value(_notes) ?? metadata.Notes,
            Tags = Pairs("tag", metadata.Tags, [], context.Value(_tag)!.Select(Tag)),
            License = context.Value(_license) ?? metadata.License,
            Family = new FamilySettings
            {
                Description = context.Value(_description),
                Task = context.Value(_task),
                Metric = context.Value(_defaultMetric) is { } goal ? MetricGoal.Parse(goal) : null,
            },
            Gates = [.. context.Value(_require)!.Select(Gate.Parse)],
            SourceDirectory = Path.GetFullPath(context.Value(_source) ?? Environment.CurrentDirectory),
            Link = context.Value(_link),
            Commit = !context.Value(_noCommit),
            AllowUnsafe = context.Value(_allowUnsafe),
        };
    }

    private IEnumerable<KeyValuePair<string, double>> FileMetrics(CommandContext context) =>
        context.Value(_metrics) is { } file ? ModelRegistry.Metrics.ParseJson(InputFile.Read(file, "--metrics"), file) : [];

    private IEnumerable<KeyValuePair<string, System.Text.Json.JsonElement>> FileHyperparameters(CommandContext context) =>
        context.Value(_hyperparameters) is { } file ? ModelRegistry.Hyperparameters.ParseJson(InputFile.Read(file, "--hyperparameters"), file) : [];

    private static Preprocessing ReadPreprocessing(string fileOrJson) =>
        fileOrJson.TrimStart().StartsWith('{')
            ? RegistrationMetadata.ParsePreprocessing(System.Text.Encoding.UTF8.GetBytes(fileOrJson), "--preprocessing")
            : RegistrationMetadata.ParsePreprocessing(InputFile.Read(fileOrJson, "--preprocessing"), fileOrJson);

    // The first is called input, the ones after it input2, input3 …, unless they have names.
    private static ImmutableArray<TensorSpec> Shapes(string[] texts, string defaultName)
    {
        var specs = texts.Select((text, i) => TensorSpec.Parse(text, i == 0 ? defaultName : string.Create(CultureInfo.InvariantCulture, $"{defaultName}{i + 1}"))).ToImmutableArray();
        var twice = specs.GroupBy(s => s.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
        return twice is null ? specs : throw Codes.InvalidMetadata.Error($"two {defaultName}s are called '{SafeText.OneLine(twice.Key)}'", "give each a name of its own: NAME=SHAPE");
    }

    /// <summary>Later sources win; one name twice on the command line is a mistake.</summary>
    private static Dictionary<string, T> Pairs<T>(string kind, IEnumerable<KeyValuePair<string, T>> metadata, IEnumerable<KeyValuePair<string, T>> file, IEnumerable<KeyValuePair<string, T>> typed)
    {
        var pairs = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var (key, value) in metadata.Concat(file)) pairs[key] = value;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in typed)
        {
            if (!seen.Add(key)) throw Codes.Usage.Error($"{kind} '{SafeText.OneLine(key)}' is given twice", "give it once");
            pairs[key] = value;
        }

        return pairs;
    }

    private static KeyValuePair<string, string> Tag(string text) =>
        text.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals
            ? KeyValuePair.Create(text[..equals], text[(equals + 1)..])
            : throw Codes.InvalidMetadata.Error($"'{SafeText.OneLine(text)}' is not a tag", "write NAME=TEXT, such as team=vision");

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time)
            ? time.ToUniversalTime()
            : throw Codes.InvalidMetadata.Error($"'{SafeText.OneLine(text)}' is not a time", "write it as 2026-11-21T19:30:00Z");

    private static Option<string[]> Required(Option<string[]> option)
    {
        option.Required = true;
        option.DefaultValueFactory = null;
        return option;
    }

    private static Option<string[]> Named(string name, string alias, Func<string, string, string, Option<string[]>> make, string help, string description)
    {
        var option = make(name, help, description);
        option.Aliases.Add(alias);
        return option;
    }
}
