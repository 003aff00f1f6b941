using System.Diagnostics;
using System.Text;
using ModelRegistry.Diagnostics;
using ModelRegistry.Names;
using ModelRegistry.Processes;

namespace ModelRegistry.Git;

/// <summary>Runs <c>git</c> with a list of arguments, never through a shell, in a known locale, with a time limit.</summary>
internal sealed class GitCommand(string executable, TimeSpan timeout)
{
    // How long what git has written may take to arrive after it ended: a process that it left behind (a hook's, gc) may hold the pipes open.
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(2);

    // A hook runs with these set to its own repository (git rev-parse --local-env-vars), and a user's may change what is parsed.
    private static readonly string[] RemovedVariables =
    [
        "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX", "GIT_CONFIG", "GIT_INTERNAL_SUPER_PREFIX", "GIT_SHALLOW_FILE",
        "GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS",
        "GIT_QUARANTINE_PATH", "GIT_TRACE", "GIT_TRACE2",
    ];

    /// <summary>Whether there is such a command.</summary>
    public static bool Exists(string executable)
    {
        if (executable.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) || executable.Contains('/', StringComparison.Ordinal)) return File.Exists(executable);
        var names = OperatingSystem.IsWindows() ? new[] { executable + ".exe", executable + ".cmd", executable } : [executable];
#pragma warning disable RS0030 // Where programs are looked for is no setting of a registry.
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
#pragma warning restore RS0030
            .Any(folder => names.Any(name => File.Exists(Path.Combine(folder, name))));
    }

    /// <summary>Runs git and returns what it said, whatever its exit code.</summary>
    /// <param name="directory">Where it runs.</param>
    /// <param name="arguments">The arguments, one each.</param>
    /// <param name="input">What it reads on standard input; null for nothing.</param>
    /// <param name="started">Told the process once it runs.</param>
    /// <param name="environment">Variables of this call; null removes one.</param>
    /// <param name="cancellation">Kills it.</param>
    /// <exception cref="ModelRegistryException">MR0401: no git; MR0407: it took too long.</exception>
    public GitResult Run(
        string directory, IEnumerable<string> arguments, ReadOnlyMemory<byte>? input = null, Action<Process>? started = null,
        IReadOnlyDictionary<string, string>? environment = null, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var start = Prepare(directory, arguments);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using var process = Start(start);
        started?.Invoke(process);
        using var registration = cancellation.Register(static state => ChildProcess.Kill((Process)state!), process);
        using var errors = new Collected(process.StandardError.BaseStream);
        using var output = new Collected(process.StandardOutput.BaseStream);
        WriteInput(process, input);
        if (!process.WaitForExit(timeout))
        {
            ChildProcess.Kill(process);
            throw Codes.GitTimeout.Error($"git {Shown(start)} did not finish within {timeout.TotalSeconds:0} s in {directory}", "look for a prompt or a hook that waits, or set MODELREG_GIT_TIMEOUT to more seconds");
        }

        cancellation.ThrowIfCancellationRequested();
        Task.WaitAll([output.Done, errors.Done], Drain);
        return new GitResult(process.ExitCode, output.Bytes(), errors.Bytes(), Shown(start));
    }

    /// <summary>Starts git and leaves it running, for questions one after the other.</summary>
    public Process StartCommand(string directory, IEnumerable<string> arguments) => Start(Prepare(directory, arguments));

    private ProcessStartInfo Prepare(string directory, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(executable)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var variable in RemovedVariables) start.Environment.Remove(variable);
        start.Environment["LC_ALL"] = "C";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["GIT_PAGER"] = "cat";
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        return start;
    }

    // What follows the settings: the subcommand and its first argument.
    private static string Shown(ProcessStartInfo start)
    {
        var settings = 0;
        while (settings < start.ArgumentList.Count && start.ArgumentList[settings].StartsWith('-')) settings += start.ArgumentList[settings] == "-c" ? 2 : 1;
        return string.Join(' ', start.ArgumentList.Skip(settings).Take(2));
    }

    private Process Start(ProcessStartInfo start) => ChildProcess.Start(start, failure => Directory.Exists(start.WorkingDirectory)
        ? Codes.GitMissing.Error($"cannot run '{executable}': {failure.Message}", "install git (https://git-scm.com) or put it on the PATH", failure)
        : Codes.NotARepository.Error($"the folder {start.WorkingDirectory} does not exist", "name a folder inside a git repository", failure));

    private static void WriteInput(Process process, ReadOnlyMemory<byte>? input)
    {
        try
        {
            if (input is { } bytes) process.StandardInput.BaseStream.Write(bytes.Span);
            process.StandardInput.Close();
        }
        catch (IOException) when (process.WaitForExit(TimeSpan.FromSeconds(5)))
        {
            // Git ended without reading; its exit code says why.
        }
    }

    /// <summary>What a pipe has brought so far: nothing of it is lost when somebody else holds the pipe open.</summary>
    private sealed class Collected : IDisposable
    {
        private readonly MemoryStream _bytes = new();

        // On a thread of its own: where all of the pool's are busy, a task would begin after the drain is over, and git would have said nothing.
        public Collected(Stream stream) => Done = Task.Factory.StartNew(() => Read(stream), CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);

        public Task Done { get; }

        public byte[] Bytes()
        {
            lock (_bytes) return _bytes.ToArray();
        }

        public void Dispose() => _bytes.Dispose();

        private void Read(Stream stream)
        {
            var buffer = new byte[16 * 1024];
            try
            {
                for (int read; (read = stream.Read(buffer)) > 0;)
                {
                    lock (_bytes) _bytes.Write(buffer, 0, read);
                }
            }
            catch (Exception closed) when (closed is IOException or ObjectDisposedException)
            {
                // The process was given up; what came before stays.
            }
        }
    }
}

/// <summary>What git said.</summary>
internal sealed record GitResult(int ExitCode, byte[] Bytes, byte[] ErrorBytes, string Command)
{
    public bool Succeeded => ExitCode == 0;

    public string Output => field ??= Encoding.UTF8.GetString(Bytes);

    public string Errors => field ??= Encoding.UTF8.GetString(ErrorBytes);

    /// <summary>The output without the line end.</summary>
    public string Line => Output.TrimEnd('\r', '\n');

    /// <summary>The lines that say what went wrong, as one.</summary>
    public string Reason => Printable.Quote(string.Join(' ', (Errors.Length > 0 ? Errors : Output)
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(4)));
}
