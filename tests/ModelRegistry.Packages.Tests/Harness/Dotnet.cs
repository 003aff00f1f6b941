using System.Diagnostics;

namespace ModelRegistry.Packages.Tests.Harness;

/// <summary>Runs programs as a user would, in an environment that the machine's settings and the surrounding test run do not reach.</summary>
internal static class Dotnet
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    public static string Host { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");

    /// <summary>The command, as it was built.</summary>
    public static string Modelreg => Path.Combine(PackedFeed.RepositoryRoot, "src", "ModelRegistry.Tool", "bin", PackedFeed.Configuration, "net10.0", OperatingSystem.IsWindows() ? "modelreg.exe" : "modelreg");

    public static ProcessResult Run(string program, string directory, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var name in start.Environment.Keys.Where(IsOfThisRun).ToList()) start.Environment.Remove(name);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end within {Limit}");
        }

        return new ProcessResult(process.ExitCode, output.Result + errors.Result);
    }

    // What 'dotnet test' sets for itself must not decide which MSBuild or SDK the consumer gets.
    private static bool IsOfThisRun(string name) =>
        name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name.StartsWith("MODELREG_", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("VSTEST", StringComparison.OrdinalIgnoreCase) || name.StartsWith("GIT_", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("CORECLR_", StringComparison.OrdinalIgnoreCase) || name is "CI" or "TF_BUILD" or "GITHUB_ACTIONS" or "Configuration" or "Platform" or "Version";
}

/// <summary>How a program ended and what it wrote.</summary>
internal sealed record ProcessResult(int ExitCode, string Output);
