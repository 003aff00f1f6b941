using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Git;

/// <summary>Runs <c>git</c> with a list of arguments, never through a shell, in a known locale, with a time limit.</summary>
internal sealed class GitCommand(string executable, TimeSpan timeout)
{
    // A hook runs with these set to its own repository (git rev-parse --local-env-vars); ours is named by -C.
    private static readonly string[] LocalVariables =
    [
        "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX", "GIT_CONFIG", "GIT_INTERNAL_SUPER_PREFIX", "GIT_SHALLOW_FILE",
    ];

    /// <summary>Runs git and returns what it said, whatever its exit code.</summary>
    /// <param name="directory">Where it runs.</param>
    /// <param name="arguments">The arguments, one each.</param>
    /// <param name="input">What it reads on standard input; null for nothing.</param>
    /// <param name="started">Told the process once it runs.</param>
    /// <param name="cancellation">Kills it.</param>
    /// <exception cref="ModelRegistryException">MR0401: no git; MR0407: it took too long.</exception>
    public GitResult Run(string directory, IEnumerable<string> arguments, string? input = null, Action<Process>? started = null, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var start = new ProcessStartInfo(executable)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("core.quotepath=off");
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var variable in LocalVariables) start.Environment.Remove(variable);
        start.Environment["LC_ALL"] = "C";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["GIT_PAGER"] = "cat";
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";

        using var process = Start(start);
        started?.Invoke(process);
        using var registration = cancellation.Register(static state => Kill((Process)state!), process);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        WriteInput(process, input);
        if (!process.WaitForExit(timeout))
        {
            Kill(process);
            throw Codes.GitTimeout.Error($"git {Shown(start)} did not finish within {timeout.TotalSeconds:0} s in {directory}", "look for a prompt or a hook that waits, or set MODELREG_GIT_TIMEOUT to more seconds");
        }

        cancellation.ThrowIfCancellationRequested();
        // A background process that git leaves behind (gc) may hold the pipes open; what git itself wrote is there.
        Task.WaitAll(new Task[] { output, errors }, TimeSpan.FromSeconds(5));
        return new GitResult(process.ExitCode, output.IsCompleted ? output.Result : "", errors.IsCompleted ? errors.Result : "", Shown(start));
    }

    private static string Shown(ProcessStartInfo start) => string.Join(' ', start.ArgumentList.Skip(2).Take(2));

    private Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception failure)
        {
            if (!Directory.Exists(start.WorkingDirectory)) throw Codes.NotARepository.Error($"the folder {start.WorkingDirectory} does not exist", "name a folder inside a git repository", failure);
            throw Codes.GitMissing.Error($"cannot run '{executable}': {failure.Message}", "install git (https://git-scm.com) or put it on the PATH", failure);
        }
    }

    private static void WriteInput(Process process, string? input)
    {
        try
        {
            if (input is not null) process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException) when (process.WaitForExit(TimeSpan.FromSeconds(5)))
        {
            // Git ended without reading; its exit code says why.
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It had ended by itself.
        }
    }
}

/// <summary>What git said.</summary>
internal sealed record GitResult(int ExitCode, string Output, string Errors, string Command)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>The output without the line end.</summary>
    public string Line => Output.TrimEnd('\r', '\n');

    /// <summary>The lines that say what went wrong, as one.</summary>
    public string Reason => Printable.Quote(string.Join(' ', (Errors.Length > 0 ? Errors : Output)
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(4)));
}
