using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tool.Tests.Support;

/// <summary>A temporary git repository in which the built command is run as a process, away from the machine's git configuration.</summary>
internal sealed class Scratch : IDisposable
{
    private static readonly string Executable = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "modelreg.exe" : "modelreg");
    private static readonly string DotnetRoot = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));

    private readonly string _home;
    private readonly string _config;
    private readonly Dictionary<string, string?> _environment = new(StringComparer.Ordinal);

    /// <param name="git">Whether it is a git repository.</param>
    /// <param name="registry">Whether it holds a registry.</param>
    /// <param name="trackStore">Whether git tracks the store.</param>
    /// <param name="hostile">Whether the command meets a user whose git configuration changes every answer that one can change.</param>
    public Scratch(bool git = true, bool registry = true, bool trackStore = false, bool hostile = false)
    {
        _home = Path.Combine(Path.GetTempPath(), "modelreg tool tests", Path.GetRandomFileName());
        Root = Path.Combine(_home, "repository");
        Directory.CreateDirectory(Root);
        var config = Path.Combine(_home, "gitconfig");
        File.WriteAllText(config, "[user]\n\tname = Test Author\n\temail = author@example.org\n[init]\n\tdefaultBranch = main\n[commit]\n\tgpgsign = false\n[gc]\n\tauto = 0\n[core]\n\tautocrlf = false\n");
        foreach (var variable in Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(v => v.StartsWith("GIT_", StringComparison.Ordinal) || v.StartsWith("MODELREG_", StringComparison.Ordinal)))
            _environment[variable] = null;
        _environment["HOME"] = _home;
        _config = config;
        _environment["GIT_CONFIG_GLOBAL"] = hostile || HostileConfiguration.IsAsked ? HostileConfiguration.WriteUser(config) : config;
        _environment["GIT_CONFIG_NOSYSTEM"] = "1";
        _environment["MODELREG_CACHE"] = Path.Combine(_home, "cache");
        _environment["MODELREG_LOCK_TIMEOUT"] = "600";
        _environment["DOTNET_ROOT"] = DotnetRoot;
        if (git) Git("init", "--quiet");
        if (registry) Run(["init", .. trackStore ? ["--track-store"] : Array.Empty<string>(), .. git ? Array.Empty<string>() : ["--no-commit"]]).Text.ToString();
    }

    /// <summary>The top of the repository, and the current directory of every command.</summary>
    public string Root { get; }

    public string Store => Path.Combine(Root, "models");

    public string RegistryRoot => Path.Combine(Root, "registry");

    /// <summary>Sets a variable for the commands that follow.</summary>
    public void Set(string variable, string? value) => _environment[variable] = value;

    /// <summary>Writes a file below the home folder, outside the repository, and returns its path.</summary>
    public string File_(string name, string content) => File_(name, Encoding.UTF8.GetBytes(content));

    public string File_(string name, byte[] content)
    {
        var path = Path.Combine(_home, "files", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Registers a version of a family from text as weights.</summary>
    public Outcome Register(string name, string weights, params string[] more) =>
        Run(["register", "--name", name, "--file", WeightsFile($"{name}.safetensors", weights), .. more]);

    /// <summary>Writes real weights that hold the text in one tensor of bytes.</summary>
    public string WeightsFile(string name, string text) => File_(name, Weights(Encoding.UTF8.GetBytes(text)));

    /// <summary>A safetensors file with one tensor of bytes.</summary>
    public static byte[] Weights(byte[] content, string tensor = "layer.weight")
    {
        var header = Encoding.UTF8.GetBytes($$$"""{"{{{tensor}}}":{"dtype":"U8","shape":[{{{content.Length}}}],"data_offsets":[0,{{{content.Length}}}]}}""");
        var padding = (8 - (header.Length % 8)) % 8;
        var length = new byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(length, header.Length + padding);
        return [.. length, .. header, .. Enumerable.Repeat((byte)' ', padding), .. content];
    }

    /// <summary>Runs the command to its end.</summary>
    public Outcome Run(params IReadOnlyList<string> arguments)
    {
        using var process = Start(arguments);
        return Await(process);
    }

    /// <summary>Runs the command with a terminal of its own as its output, by <c>script</c> of util-linux.</summary>
    public Outcome OnTerminal(params IReadOnlyList<string> arguments)
    {
        using var process = Start("script", ["-qec", string.Join(' ', arguments.Prepend(Executable).Select(a => $"'{a}'")), "/dev/null"]);
        return Await(process);
    }

    /// <summary>Runs a line of <c>sh</c> to its end; the command is <c>$0</c>.</summary>
    public Outcome InShell(string line, params IReadOnlyList<string> arguments)
    {
        using var process = Start("sh", ["-c", line, Executable, .. arguments]);
        return Await(process);
    }

    /// <summary>Starts the command.</summary>
    public Process Start(params IReadOnlyList<string> arguments) => Start(Executable, arguments);

    /// <summary>Starts the command with a standard input that the caller writes.</summary>
    public Process StartFed(params IReadOnlyList<string> arguments)
    {
        // Whoever runs the tests in the background of a script has it ignore Ctrl-C, and the command with it.
        var start = OperatingSystem.IsLinux() ? Describe("env", ["--default-signal=INT", Executable, .. arguments]) : Describe(Executable, arguments);
        start.RedirectStandardInput = true;
        return Process.Start(start)!;
    }

    /// <summary>Starts git as the user would.</summary>
    public Process StartGit(params IReadOnlyList<string> arguments)
    {
        var start = Describe("git", arguments);
        // What a test finds out by itself is the same under every configuration.
        start.Environment["GIT_CONFIG_GLOBAL"] = _config;
        return Process.Start(start)!;
    }

    public static Outcome Await(Process process)
    {
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Outcome(process.ExitCode, output, errors.Result);
    }

    public string Git(params IReadOnlyList<string> arguments)
    {
        using var process = StartGit(arguments);
        var outcome = Await(process);
        Assert.True(outcome.ExitCode == 0, $"git {string.Join(' ', arguments)}: {outcome}");
        return outcome.Output.TrimEnd('\n');
    }

    public int CommitCount => int.Parse(Git("rev-list", "--count", "HEAD"), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Everything that a refused command must leave as it was: registry, store, git.</summary>
    public string Snapshot()
    {
        var git = Path.Combine(Root, ".git") + Path.DirectorySeparatorChar;
        var files = Directory.EnumerateFileSystemEntries(Root, "*", SearchOption.AllDirectories)
            .Where(path => !path.StartsWith(git, StringComparison.Ordinal) && path != Path.Combine(Store, "tmp"))
            .Order(StringComparer.Ordinal)
            .Select(path => File.Exists(path) ? $"{path} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))}" : path);
        var status = Directory.Exists(git) ? Git("status", "--porcelain=v1") + Git("for-each-ref") + Git("ls-files", "--stage") : "";
        return string.Join('\n', files) + "\n" + status;
    }

    public void Dispose()
    {
        foreach (var file in Directory.EnumerateFiles(_home, "*", SearchOption.AllDirectories).Where(f => OperatingSystem.IsWindows() && (File.GetAttributes(f) & FileAttributes.ReadOnly) != 0))
            File.SetAttributes(file, FileAttributes.Normal);
        Directory.Delete(_home, recursive: true);
    }

    /// <summary>How a program is started here: its directory, its streams and its environment.</summary>
    public ProcessStartInfo Describe(string executable, params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(executable, arguments)
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var (name, value) in _environment)
        {
            if (value is null) start.Environment.Remove(name);
            else start.Environment[name] = value;
        }

        return start;
    }

    private Process Start(string executable, IReadOnlyList<string> arguments) => Process.Start(Describe(executable, arguments))!;
}
