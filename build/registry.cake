// The model targets, written as a user of the addin would write them; build.cake runs this script.
#r "../src/Cake.ModelRegistry/bin/Release/net10.0/Cake.ModelRegistry.dll"
#r "../src/Cake.ModelRegistry/bin/Release/net10.0/ModelRegistry.dll"
#r "../src/Cake.ModelRegistry/bin/Release/net10.0/ModelRegistry.Verification.dll"
#load "repository.cake"
using FieldKind = ModelRegistry.FieldKind;
using RegistrationFields = ModelRegistry.RegistrationFields;

string Text(string name) => Argument<string>(name, null);

IEnumerable<string> Texts(string name) => Arguments<string>(name, (string)null).Where(text => !string.IsNullOrEmpty(text));

// Cake's working directory is this folder; the paths are those of the user.
FilePath Full(FilePath path) => path.MakeAbsolute(InvokedFrom);

FilePath FileAt(string name) => Text(name) is { } path ? Full(path) : null;

DirectoryPath Folder(string name) => Text(name) is { } path ? new DirectoryPath(path).MakeAbsolute(InvokedFrom) : null;

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

// Each field of a registration is an argument of its name; the two that Cake has arguments of its own for are called otherwise.
string ArgumentOf(string field) => field switch { "version" => "model-version", "description" => "about", _ => field };

// Cake's working directory is this folder: what names a file is made absolute here.
string AsTheUserMeans(string field, string text) => field switch
{
    "file" => ModelSource.Parse(text) is var file && file.Role is { } role ? $"{Full(file.Path).FullPath}:{role}" : Full(file.Path).FullPath,
    "metrics" or "metadata" or "hyperparameters" or "preprocessing" when !text.TrimStart().StartsWith('{') => Full(text).FullPath,
    "source" when text != "none" => new DirectoryPath(text).MakeAbsolute(InvokedFrom).FullPath,
    _ => text,
};

Task("RegisterModel").Does(() => Report(() =>
{
    var settings = new RegisterModelSettings { Registry = Folder("registry"), Source = HasArgument("source") || HasArgument("source-commit") ? null : InvokedFrom, Verify = HasArgument("verify") };
    foreach (var field in RegistrationFields.All)
    {
        IEnumerable<string> texts = field.Kind == FieldKind.Switch ? (HasArgument(field.Name) ? new[] { "true" } : []) : Texts(ArgumentOf(field.Name)).Select(text => AsTheUserMeans(field.Name, text));
        settings.Fields[field.Name] = [.. field == RegistrationFields.Hyperparameter ? texts.Concat(Texts("param")) : texts];
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
    };
    foreach (var text in Texts("files")) settings.Files.Add(text);
    ResolveModel(settings);
}));

Task("VerifyModel").Does(() => Report(() =>
{
    var settings = new VerifyModelSettings
    {
        Registry = Folder("registry"),
        Name = Text("name") ?? "",
        Selector = Text("selector"),
        Image = FileAt("image"),
        Input = FileAt("input"),
        Engine = Text("engine"),
        Record = !HasArgument("no-record"),
        Commit = !HasArgument("no-commit"),
    };
    if (EngineFolder(settings.Engine) is { } folder) settings.EngineFolders.Add(folder);
    VerifyModel(settings);
}));

// The engine hosts of this repository run from where they were built, as in its tests.
DirectoryPath EngineFolder(string engine)
{
    if (EngineProject(engine) is not { } project) return null;
    var folder = Root.Combine($"src/{project}/bin/{Configuration}/net10.0");
    ModelRegistry.Verification.SystemLibraries.MakeLoadable(folder.Combine("runtimes/linux-x64/native").FullPath);
    return folder;
}

Task("PublishModels").Does(() => Report(() => PublishModels(new PublishModelsSettings
{
    Registry = Folder("registry"),
    Models = Text("name") is { } name ? [Text("selector") is { } selector ? $"{name}/{selector}" : name] : [],
    Store = Text("store"),
    Check = HasArgument("check"),
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
