using System.Diagnostics;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Tests.Support;

/// <summary>A temporary folder with a real git repository and, when asked for, a registry.</summary>
internal sealed class Workspace : IDisposable
{
    public Workspace(bool git = true, bool registry = true, bool trackStore = false)
    {
        Root = Path.Combine(Path.GetTempPath(), "modelreg tests", Path.GetRandomFileName());
        Directory.CreateDirectory(Root);
        Options = new RegistryOptions { Clock = Clock, Log = Log, CacheDirectory = Path.Combine(Root, ".cache"), GitLockTimeout = TimeSpan.FromMilliseconds(300) };
        if (git)
        {
            Git("init", "--quiet");
            File.WriteAllText(Path.Combine(Root, ".gitignore"), ".cache/\n*.pth\n");
            Git("add", ".gitignore");
            Git("commit", "--quiet", "-m", "first");
        }

        if (registry) Registry.Initialise(Root, new InitOptions { Commit = git, TrackStore = trackStore }, Options);
    }

    public string Root { get; }

    public TestClock Clock { get; } = new();

    public RecordingLog Log { get; } = new();

    public RegistryOptions Options { get; }

    public string RegistryRoot => Path.Combine(Root, "registry");

    public Registry Open() => RegistrySession.Open(Root, Options).Registry;

    public string File_(string name, string content) => File_(name, System.Text.Encoding.UTF8.GetBytes(content));

    public string File_(string name, byte[] content)
    {
        var path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public RegistrationRequest Request(string name, string content, params (string Name, double Value)[] metrics) => new()
    {
        Name = ModelName.Parse(name),
        Files = [new FileToRegister(File_($"{name}.pth", content))],
        Metrics = metrics.ToDictionary(m => m.Name, m => m.Value),
    };

    public RegistrationResult Register(string name, string content, params (string Name, double Value)[] metrics)
    {
        Clock.Advance(TimeSpan.FromSeconds(1));
        return Open().Register(Request(name, content, metrics));
    }

    public string Resolve(string name, string selector) => Open().Resolve(ModelName.Parse(name), Selector.Parse(selector)).Manifest.Version.Value;

    public string Git(params string[] arguments) => GitIn(Root, arguments);

    public static string GitIn(string directory, params string[] arguments)
    {
        var (exit, output, errors) = TryGit(directory, arguments);
        Assert.True(exit == 0, $"git {string.Join(' ', arguments)}: {errors}");
        return output;
    }

    public static (int ExitCode, string Output, string Errors) TryGit(string directory, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GIT_CONFIG_GLOBAL"] = GitEnvironment.Own;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }

    /// <summary>Everything that a failed operation must leave as it was: every file outside .git, and git's own view.</summary>
    public string Snapshot()
    {
        var files = Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}.git{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && !f.Contains(".cache", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(f => $"{Path.GetRelativePath(Root, f)} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f)))[..12]}");
        var git = Directory.Exists(Path.Combine(Root, ".git")) ? Git("status", "--porcelain=v1") + Git("log", "--all", "--format=%H") : "";
        return string.Join('\n', files) + "\n" + git;
    }

    /// <summary>Deletes a folder and everything in it, and makes it again.</summary>
    public static void Empty(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)) File.SetAttributes(file, FileAttributes.Normal);
        Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
    }

    public void Dispose()
    {
        foreach (var file in Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Where(f => (File.GetAttributes(f) & FileAttributes.ReadOnly) != 0))
            File.SetAttributes(file, FileAttributes.Normal);
        Directory.Delete(Root, recursive: true);
    }
}

internal sealed class TestClock : TimeProvider
{
    private DateTimeOffset _now = new(2026, 11, 21, 19, 30, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan by) => _now += by;
}

internal sealed class RecordingLog : IRegistryLog
{
    public List<(string Code, string Message)> Warnings { get; } = [];

    public void Warn(Diagnostic diagnostic, string message)
    {
        lock (Warnings) Warnings.Add((diagnostic.Code, message));
    }

    public void Detail(string message)
    {
    }
}

internal static class Expect
{
    /// <summary>Runs something that must fail with a code, in one line.</summary>
    public static ModelRegistryException Code(string code, Action action)
    {
        var failure = Assert.Throws<ModelRegistryException>(action);
        Assert.True(failure.Code == code, $"expected {code}: {failure.ToLine()}");
        Assert.DoesNotContain('\n', failure.ToLine());
        return failure;
    }
}
