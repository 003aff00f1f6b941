// Where things are in this repository, and how a process is run and shown.

static readonly string Configuration = "Release";

DirectoryPath Root => Context.Environment.WorkingDirectory.Combine("..").Collapse();

DirectoryPath Artifacts => Root.Combine("artifacts");

DirectoryPath Packages => Artifacts.Combine("packages");

// Where the user stood when build.sh was called; relative paths on the command line start there.
DirectoryPath InvokedFrom => EnvironmentVariable("BUILD_INVOKED_FROM") is { Length: > 0 } folder ? new DirectoryPath(folder) : Root;

// The project of an engine's host; null for the managed engine, which has none.
static string EngineProject(string engine) => engine switch
{
    "onnxruntime" => "ModelRegistry.Engine.OnnxRuntime",
    "torchsharp" => "ModelRegistry.Engine.TorchSharp",
    _ => null,
};

// What a target prints for its user: on standard output, without a colour or a level.
static void Say(string text) => Console.WriteLine(text);

// Runs a program with one argument each, its output passed through, and fails when it fails.
void Run(DirectoryPath directory, string program, params string[] arguments)
{
    var code = Try(directory, program, arguments);
    if (code != 0) throw new CakeException(code, $"{program} {string.Join(' ', arguments.Take(2))} ended with exit code {code}");
}

// Builds or packs one project or the solution.
void Dotnet(string verb, string project, params string[] arguments) =>
    Run(Root, "dotnet", [verb, project, "-c", Configuration, "--nologo", "-v", "quiet", .. arguments]);

int Try(DirectoryPath directory, string program, params string[] arguments) =>
    StartProcess(program, new ProcessSettings { WorkingDirectory = directory, Arguments = Quoted(arguments) });

// Runs a program beside others: what it writes is given back in one piece.
(int Code, string Output) Captured(DirectoryPath directory, string program, params string[] arguments)
{
    var lines = new List<string>();
    string Keep(string line)
    {
        if (line is not null) lock (lines) lines.Add(line);
        return null;
    }

    var settings = new ProcessSettings { WorkingDirectory = directory, Arguments = Quoted(arguments), RedirectStandardOutput = true, RedirectStandardError = true, RedirectedStandardOutputHandler = Keep, RedirectedStandardErrorHandler = Keep };
    var code = StartProcess(program, settings);
    lock (lines) return (code, string.Join(System.Environment.NewLine, lines));
}

ProcessArgumentBuilder Quoted(IEnumerable<string> arguments) =>
    arguments.Aggregate(new ProcessArgumentBuilder(), (builder, argument) => builder.Append(Quote(argument)));

// By the rules that .NET reads a command line with: backslashes count before a quote only.
static string Quote(string argument)
{
    if (argument.Length > 0 && !argument.Any(c => char.IsWhiteSpace(c) || c == '"')) return argument;
    var escaped = System.Text.RegularExpressions.Regex.Replace(argument, @"(\\*)(""|$)", match => match.Groups[1].Value + match.Groups[1].Value + (match.Groups[2].Length > 0 ? "\\\"" : ""));
    return $"\"{escaped}\"";
}
