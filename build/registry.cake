// The model targets, written as a user of the addin would write them; build.cake runs this script.
#r "../artifacts/cake/Cake.ModelRegistry.dll"
#load "repository.cake"

string Text(string name) => Argument<string>(name, null);

IEnumerable<string> Texts(string name) => Arguments<string>(name, (string)null).Where(text => !string.IsNullOrEmpty(text));

// Cake's working directory is this folder; the paths are those of the user.
FilePath Full(FilePath path) => path.MakeAbsolute(InvokedFrom);

FilePath FileAt(string name) => Text(name) is { } path ? Full(path) : null;

DirectoryPath Folder(string name) => Text(name) is { } path ? new DirectoryPath(path).MakeAbsolute(InvokedFrom) : null;

KeyValuePair<string, string> Pair(string option, string text) => text.IndexOf('=') is > 0 and var equals
    ? KeyValuePair.Create(text[..equals].Trim(), text[(equals + 1)..].Trim())
    : throw new CakeException(2, $"--{option}={text} is not of the form --{option}=NAME=VALUE");

double Number(string option, string text) =>
    double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new CakeException(2, $"'{text}' of --{option} is not a number; write 0.93 with a point");

object Value(string text) =>
    bool.TryParse(text, out var flag) ? flag
    : long.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var whole) ? whole
    : double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number
    : text;

// The coded line alone, and the exit code that the command would give; Cake itself knows only 1.
void Report(Action work)
{
    try
    {
        work();
    }
    catch (CakeException failure)
    {
        Console.Error.WriteLine(failure.Message);
        Environment.Exit(failure.ExitCode);
    }
}

Task("RegisterModel").Does(() => Report(() =>
{
    var settings = new RegisterModelSettings
    {
        Registry = Folder("registry"),
        Name = Text("name") ?? "",
        Version = Text("model-version"),
        Bump = Text("bump"),
        Framework = Text("framework"),
        Architecture = Text("architecture"),
        MetricsFile = FileAt("metrics"),
        MetadataFile = FileAt("metadata"),
        HyperparametersFile = FileAt("hyperparameters"),
        Dataset = Text("dataset"),
        Parent = Text("parent"),
        TrainedAt = Text("trained-at") is { } time ? DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal) : null,
        Run = Text("run"),
        Notes = Text("notes"),
        License = Text("license"),
        Description = Text("about"),
        Task = Text("task"),
        DefaultMetric = Text("default-metric"),
        Source = Folder("source") ?? InvokedFrom,
        Commit = !HasArgument("no-commit"),
        Link = HasArgument("link"),
        AllowUnsafe = HasArgument("allow-unsafe"),
        Verify = HasArgument("verify"),
    };
    foreach (var text in Texts("file"))
    {
        var file = ModelFile.Parse(text);
        settings.Files.Add(file with { Path = Full(file.Path) });
    }

    foreach (var shape in Texts("input-shape")) settings.Inputs.Add(shape);
    foreach (var shape in Texts("output-shape")) settings.Outputs.Add(shape);
    foreach (var gate in Texts("require")) settings.Require.Add(gate);
    foreach (var (name, value) in Texts("metric").Select(text => Pair("metric", text))) settings.Metrics[name] = Number("metric", value);
    foreach (var (name, value) in Texts("hyperparameter").Concat(Texts("param")).Select(text => Pair("hyperparameter", text))) settings.Hyperparameters[name] = Value(value);
    foreach (var (name, value) in Texts("tag").Select(text => Pair("tag", text))) settings.Tags[name] = value;
    if (new[] { "resize", "crop", "mean", "std", "layout" }.Any(HasArgument))
    {
        settings.Preprocessing = new PreprocessingSettings
        {
            Resize = Argument<int?>("resize", null),
            Crop = Argument<int?>("crop", null),
            Mean = [.. (Text("mean") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(text => Number("mean", text))],
            Std = [.. (Text("std") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(text => Number("std", text))],
            Layout = Text("layout"),
        };
    }

    RegisterModel(settings);
}));

Task("ResolveModel").Does(() => Report(() =>
{
    var settings = new ResolveModelSettings
    {
        Registry = Folder("registry"),
        Name = Text("name") ?? "",
        Selector = Text("selector"),
        IncludePrerelease = HasArgument("prerelease"),
        OutputDirectory = Folder("output"),
        Writable = HasArgument("writable"),
    };
    foreach (var text in Texts("files")) settings.Files.Add(text);
    ResolveModel(settings);
}));

Task("VerifyModel").Does(() => Report(() => VerifyModel(new VerifyModelSettings
{
    Registry = Folder("registry"),
    Name = Text("name") ?? "",
    Selector = Text("selector"),
    Image = FileAt("image"),
    Input = FileAt("input"),
    Record = !HasArgument("no-record"),
    Commit = !HasArgument("no-commit"),
})));

Task("PromoteModel").Does(() => Report(() => PromoteModel(new PromoteModelSettings
{
    Registry = Folder("registry"),
    Name = Text("name") ?? "",
    Selector = Text("selector"),
    Alias = Text("alias") ?? "",
    Reason = Text("reason"),
    Commit = !HasArgument("no-commit"),
})));

RunTarget(Argument<string>("target"));
