// The main job from end to end: a trained model is registered, found again and built into an app.
#load "download.cake"
#load "pretrained.cake"

DirectoryPath Demo => Artifacts.Combine("demo");

DirectoryPath Team => Demo.Combine("team-models");

Task("Demo")
    .Description("Registers real models in a scratch registry, resolves them and builds an app that carries one.")
    .Does(() =>
{
    Chapter("Building modelreg, the MSBuild package and the Cake addin");
    PrepareDemo();

    Chapter("1. A registry is a folder of a git repository");
    Show(Team, "git", "init", "--quiet", "--initial-branch=main");
    // The machine may have no git identity, or one that signs; the demo is not about that.
    foreach (var (name, value) in new[] { ("user.name", "Demo"), ("user.email", "demo@example.org"), ("commit.gpgsign", "false") })
        Run(Team, "git", "config", name, value);
    ShowModelreg(Team, "init");
    Say($"$ export MODELREG_REGISTRY={Root.GetRelativePath(Team)}");
    Environment.SetEnvironmentVariable("MODELREG_REGISTRY", Team.FullPath);

    Chapter("2. A training run is registered by a Cake target: two epochs, accuracy 0.958");
    RegisterThroughCake("resnet18-baseline", "Two epochs.");
    Chapter("3. A longer run is registered by the command: twenty epochs, accuracy 0.984");
    RegisterThroughCommand("resnet18-improved", "Twenty epochs.");
    Chapter("4. The short run is registered once more: now the newest version is not the best");
    RegisterThroughCommand("resnet18-baseline", "The short run again, to try the pipeline.");
    Chapter("   Public weights of torchvision, through the cache folder pretrained_models/");
    RegisterPretrained();

    Chapter("5. 'latest' and 'best' are different questions");
    ShowModelreg("list");
    ShowModelreg("list", "digits-resnet18");
    ShowModelreg("resolve", "digits-resnet18", "latest");
    ShowModelreg("resolve", "digits-resnet18", "best");
    ShowModelreg("compare", "digits-resnet18/latest", "digits-resnet18/best");
    var (latest, best) = (Resolved("latest"), Resolved("best"));

    Chapter("6. Where does it come from? The manifest, its lineage, and git's log of the registry");
    ShowModelreg("show", "digits-resnet18/best");
    ShowModelreg("lineage", "digits-resnet18/best");
    Show(Team, "git", "log", "--reverse", "--format=%h %an  %s", "--", "registry");
    Show(Team, "git", "log", "-1", "--stat", "--format=%B", "--", "registry/digits-resnet18");

    Chapter("7. Does it work? Its weights are loaded and run in a process of their own, and held against PyTorch's output");
    ShowModelreg("verify", "digits-resnet18/best", "--image", "samples/digits/heldout/7-0004.png", "--top", "3");

    Chapter("8. An app asks for 'best' in its project file and carries the model in its output");
    Say(string.Join('\n', System.IO.File.ReadLines(Root.CombineWithFilePath("samples/DigitClassifier/DigitClassifier.csproj").FullPath).Where(line => line.Contains("ModelReference"))));
    var carried = BuildApp();

    Chapter("9. The best one is withdrawn: 'best' moves on, and so does the app when it asks again");
    ShowModelreg("yank", $"digits-resnet18/{best.Version}", "--reason", "the demo withdraws it");
    ShowModelreg("list", "digits-resnet18");
    var next = Resolved("best");
    var carriedThen = BuildApp("--no-restore", "-p:ModelForceEvaluate=true");

    Chapter("10. Everything is still what it says it is");
    ShowModelreg("doctor");

    Chapter("What you saw");
    Say($"  registered     {string.Join(", ", Listed())}");
    Say($"  latest         {latest.Id}, the newest: accuracy {latest.Accuracy}");
    Say($"  best           {best.Id}, the most accurate: {best.Accuracy}");
    Say($"  best, later    {next.Id}, after {best.Version} was withdrawn: {next.Accuracy}");
    Say($"  the app        carried {carried}, then {carriedThen}; nobody edited its project");
    Say($"  audit trail    {Capture("git", "rev-list", "HEAD", "--", "registry").Count} commits in {Root.GetRelativePath(Team)}, one for each change");
    Say($"\nLook around with {Root.GetRelativePath(Modelreg)} --registry {Root.GetRelativePath(Team)} list");
    if (carried != best.Id || carriedThen != next.Id || latest.Id == best.Id || best.Id == next.Id)
        throw new CakeException(1, "the demo did not show what it should");
});

FilePath Modelreg => Root.CombineWithFilePath($"src/ModelRegistry.Tool/bin/{Configuration}/net10.0/modelreg{(IsRunningOnWindows() ? ".exe" : "")}");

// What the app restores is packed while the chapters before it run.
System.Threading.Tasks.Task _packing;

void PrepareDemo()
{
    // One build for all of them: each process of its own would restore, evaluate and look at the same projects again. The command
    // comes without what it carries for other jobs: the engines below it are half a gigabyte of packages.
    Dotnet("build", "build/demo.slnf", "-p:CommandAlone=true");
    _packing = System.Threading.Tasks.Task.Run(PackForSamples);
    if (DirectoryExists(Demo)) DeleteDirectory(Demo, new DeleteDirectorySettings { Recursive = true, Force = true });
    EnsureDirectoryExists(Team);
    // Nothing of the user's own registries takes part.
    Environment.SetEnvironmentVariable("MODELREG_CACHE", Demo.Combine("cache").FullPath);
    Environment.SetEnvironmentVariable("MODELREG_REGISTRY", null);
    Environment.SetEnvironmentVariable("MODELREG_FALLBACK_PATHS", null);
}

void RegisterThroughCake(string sample, string notes)
{
    var folder = $"samples/digits/{sample}";
    string[] arguments =
    [
        "--target=RegisterModel", "--name=digits-resnet18", $"--file={folder}/digits-resnet18.pth", $"--file={folder}/labels.txt",
        $"--file={folder}/sample-input.npy", $"--file={folder}/expected-output.npy", $"--file={folder}/metrics.json:metrics", $"--metrics={folder}/metrics.json", $"--metadata={folder}/training.json",
        $"--notes={notes}", "--task=image-classification", "--default-metric=accuracy", "--about=Reads handwritten digits.",
    ];
    SayCommand("./build.sh", arguments);
    var from = Environment.GetEnvironmentVariable("BUILD_INVOKED_FROM");
    Environment.SetEnvironmentVariable("BUILD_INVOKED_FROM", Root.FullPath);
    Run(Root, "dotnet", ["cake", "build/registry.cake", .. arguments]);
    Environment.SetEnvironmentVariable("BUILD_INVOKED_FROM", from);
}

void RegisterThroughCommand(string sample, string notes)
{
    Say($"$ cd samples/digits/{sample}");
    ShowModelreg(Root.Combine($"samples/digits/{sample}"), "register", "--name", "digits-resnet18", "--file", "digits-resnet18.pth",
        "--file", "labels.txt", "--file", "sample-input.npy", "--file", "expected-output.npy", "--file", "metrics.json:metrics", "--metrics", "metrics.json", "--metadata", "training.json", "--notes", notes);
}

// Builds and runs the sample, and returns the model that it says it carries.
string BuildApp(params string[] asked)
{
    _packing.GetAwaiter().GetResult();
    var output = Demo.Combine("app");
    SayCommand("dotnet", ["build", "samples/DigitClassifier", .. asked.Where(argument => argument.StartsWith("-p:"))]);
    // The lock file is the demo's: on a build server there would be none to hold, and the checkout stays as it is.
    Dotnet("build", "samples/DigitClassifier", ["--artifacts-path", output.FullPath, $"-p:ModelRegistryRoot={Team}", $"-p:ModelLockFile={Demo}/models.lock.json", "-p:ModelLockedMode=false", "-clp:NoSummary", .. asked]);
    var app = output.CombineWithFilePath($"bin/DigitClassifier/release/DigitClassifier{(IsRunningOnWindows() ? ".exe" : "")}");
    string[] digits = ["0-0041.png", "3-0100.png"];
    var lines = Capture(app.FullPath, [.. digits.Select(digit => Root.CombineWithFilePath($"samples/digits/heldout/{digit}").FullPath)]);
    Say($"$ DigitClassifier {string.Join(' ', digits)}");
    foreach (var line in lines) Say(line);
    Say("");
    return lines[0].Split(' ')[^1];
}

(string Id, string Version, string Accuracy) Resolved(string selector)
{
    using var model = Json("show", $"digits-resnet18/{selector}", "--json");
    var root = model.RootElement;
    return (root.GetProperty("id").GetString(), root.GetProperty("version").GetString(), root.GetProperty("metrics").GetProperty("accuracy").GetRawText());
}

List<string> Listed()
{
    using var list = Json("list", "--json");
    return [.. list.RootElement.GetProperty("models").EnumerateArray().Select(model => $"{model.GetProperty("name").GetString()}: {model.GetProperty("versions").GetRawText()} versions")];
}

System.Text.Json.JsonDocument Json(params string[] arguments) => System.Text.Json.JsonDocument.Parse(string.Concat(Capture(Modelreg.FullPath, arguments)));

List<string> Capture(string program, params string[] arguments)
{
    var settings = new ProcessSettings { WorkingDirectory = Team, Arguments = Quoted(arguments), RedirectStandardOutput = true };
    var code = StartProcess(program, settings, out var lines);
    return code == 0 ? [.. lines] : throw new CakeException(code, $"{program} {string.Join(' ', arguments)} ended with exit code {code}");
}

void ShowModelreg(params string[] arguments) => ShowModelreg(Root, arguments);

void ShowModelreg(DirectoryPath directory, params string[] arguments)
{
    SayCommand("modelreg", arguments);
    Run(directory, Modelreg.FullPath, arguments);
    Say("");
}

void Show(DirectoryPath directory, string program, params string[] arguments)
{
    SayCommand(program, arguments);
    Run(directory, program, ["--no-pager", .. arguments]);
    Say("");
}

// As one would type it: a quote only where the shell needs one.
static void SayCommand(string program, IEnumerable<string> arguments) =>
    Say($"$ {program} {string.Join(' ', arguments.Select(argument => argument.IndexOfAny([' ', '"', '>', '*', '(']) < 0 ? argument : $"'{argument}'"))}");

static void Chapter(string title) => Say($"\n{title}\n{new string('─', title.Length)}");
