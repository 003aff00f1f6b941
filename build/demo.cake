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
    Show("git", "init", "--quiet", "--initial-branch=main");
    // The machine may have no git identity, or one that signs; the demo is not about that.
    foreach (var (name, value) in new[] { ("user.name", "Demo"), ("user.email", "demo@example.org"), ("commit.gpgsign", "false") })
        Run(Team, "git", "config", name, value);
    ShowModelreg("init");

    Chapter("2. A training run is registered by the Cake target: two epochs, accuracy 0.958");
    RegisterThroughCake("resnet18-baseline", "Two epochs.");
    Chapter("3. A longer run is registered by the command: twenty epochs, accuracy 0.984");
    RegisterThroughCommand("resnet18-improved", "Twenty epochs.");
    Chapter("4. Somebody registers a short run again: the newest is not the best now");
    RegisterThroughCommand("resnet18-baseline", "A short run, to try the pipeline.");
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
    Show("git", "log", "--reverse", "--format=%h %an  %s", "--", "registry");
    Show("git", "log", "-1", "--stat", "--format=%B", "--", "registry/digits-resnet18");

    Chapter("7. An app asks for 'best' in its project file and carries the model in its output");
    var carried = BuildApp();

    Chapter("8. The best one is withdrawn: 'best' moves on, and so does the next build");
    ShowModelreg("yank", $"digits-resnet18/{best}", "--reason", "the demo withdraws it");
    ShowModelreg("list", "digits-resnet18");
    var next = Resolved("best");
    var carriedThen = BuildApp();

    Chapter("9. Everything is still what it says it is");
    ShowModelreg("doctor");

    Chapter("What you saw");
    Say($"  registered    {string.Join(", ", ListedVersions())}");
    Say($"  latest        digits-resnet18/{latest}: the newest, with accuracy {Accuracy(latest)}");
    Say($"  best          digits-resnet18/{best}: the most accurate, with {Accuracy(best)}");
    Say($"  after a yank  best is digits-resnet18/{next}, with {Accuracy(next)}");
    Say($"  the app       carried {carried}, and after the yank {carriedThen}");
    Say($"  audit trail   {GitLines("rev-list", "HEAD", "--", "registry").Count} commits in {Root.GetRelativePath(Team)}, one for each change");
    Say($"\nLook around: cd {Root.GetRelativePath(Team)} && {Root.GetRelativePath(new DirectoryPath(Modelreg.FullPath)).FullPath.Insert(0, "../../../")} --help");
    if (carried != $"digits-resnet18/{best}" || carriedThen != $"digits-resnet18/{next}" || latest == best || best == next)
        throw new CakeException(1, "the demo did not show what it should");
});

FilePath Modelreg => Root.CombineWithFilePath($"src/ModelRegistry.Tool/bin/{Configuration}/net10.0/modelreg{(IsRunningOnWindows() ? ".exe" : "")}");

void PrepareDemo()
{
    foreach (var project in new[] { "ModelRegistry.Tool", "Cake.ModelRegistry" })
        Run(Root, "dotnet", "build", $"src/{project}", "-c", Configuration, "--nologo", "-v", "quiet");
    BuildAddin();
    PackForSamples();
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
        $"--file={folder}/metrics.json:metrics", $"--metrics={folder}/metrics.json", $"--metadata={folder}/training.json",
        $"--notes={notes}", "--task=image-classification", "--default-metric=accuracy", "--about=Reads handwritten digits.",
    ];
    Say($"$ ./build.sh {string.Join(' ', arguments.Select(Quote))}");
    var from = Environment.GetEnvironmentVariable("BUILD_INVOKED_FROM");
    Environment.SetEnvironmentVariable("BUILD_INVOKED_FROM", Root.FullPath);
    Run(Root, "dotnet", ["cake", "build/registry.cake", $"--registry={Team}", .. arguments]);
    Environment.SetEnvironmentVariable("BUILD_INVOKED_FROM", from);
}

void RegisterThroughCommand(string sample, string notes)
{
    var folder = Team.GetRelativePath(Root.Combine($"samples/digits/{sample}"));
    ShowModelreg("register", "--name", "digits-resnet18", "--file", $"{folder}/digits-resnet18.pth", "--file", $"{folder}/labels.txt",
        "--file", $"{folder}/metrics.json:metrics", "--metrics", $"{folder}/metrics.json", "--metadata", $"{folder}/training.json",
        "--source", Team.GetRelativePath(Root).FullPath, "--notes", notes);
}

// Builds and runs the sample, and returns the model that it says it carries.
string BuildApp()
{
    var project = Root.Combine("samples/DigitClassifier");
    var output = Demo.Combine("app");
    Say("$ dotnet build samples/DigitClassifier");
    Run(project, "dotnet", "build", "-c", Configuration, "--nologo", "-v", "quiet", "--artifacts-path", output.FullPath, $"-p:ModelRegistryRoot={Team}");
    var app = output.CombineWithFilePath($"bin/DigitClassifier/release/DigitClassifier{(IsRunningOnWindows() ? ".exe" : "")}");
    var lines = Capture(Root, app.FullPath);
    Say("$ DigitClassifier");
    foreach (var line in lines) Say(line);
    return lines[0].Split(' ')[^1];
}

string Resolved(string selector)
{
    using var document = System.Text.Json.JsonDocument.Parse(string.Concat(Capture(Team, Modelreg.FullPath, "resolve", "digits-resnet18", selector, "--json")));
    return document.RootElement.GetProperty("version").GetString();
}

string Accuracy(string version)
{
    using var document = System.Text.Json.JsonDocument.Parse(string.Concat(Capture(Team, Modelreg.FullPath, "show", $"digits-resnet18/{version}", "--json")));
    return document.RootElement.GetProperty("metrics").GetProperty("accuracy").GetRawText();
}

List<string> ListedVersions()
{
    using var document = System.Text.Json.JsonDocument.Parse(string.Concat(Capture(Team, Modelreg.FullPath, "list", "--json")));
    return [.. document.RootElement.GetProperty("models").EnumerateArray().Select(model => $"{model.GetProperty("name").GetString()} ({model.GetProperty("versions").GetRawText()} versions)")];
}

List<string> GitLines(params string[] arguments) => Capture(Team, "git", arguments);

List<string> Capture(DirectoryPath directory, string program, params string[] arguments)
{
    var code = StartProcess(program, new ProcessSettings { WorkingDirectory = directory, Arguments = Quoted(arguments), RedirectStandardOutput = true }, out var lines);
    return code == 0 ? [.. lines] : throw new CakeException(code, $"{program} {string.Join(' ', arguments)} ended with exit code {code}");
}

void ShowModelreg(params string[] arguments)
{
    Say($"$ modelreg {string.Join(' ', arguments.Select(Quote))}");
    Run(Team, Modelreg.FullPath, arguments);
    Say("");
}

void Show(string program, params string[] arguments)
{
    Say($"$ {program} {string.Join(' ', arguments.Select(Quote))}");
    Run(Team, program, ["--no-pager", .. arguments]);
    Say("");
}

static void Chapter(string title) => Say($"\n{title}\n{new string('─', title.Length)}");
