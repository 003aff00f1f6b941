using System.Diagnostics;
using System.Text.RegularExpressions;
using ModelRegistry.Diagnostics;
using ModelRegistry.Processes;
using ModelRegistry.Shared;

namespace ModelRegistry.Verification.Delivery;

/// <summary>Runs <c>dotnet publish</c> on an engine's project, and turns what it complains of into one line with a code.</summary>
internal static partial class EnginePublish
{
    /// <param name="engine">The engine's name.</param>
    /// <param name="project">The project's folder.</param>
    /// <param name="output">Where the program goes.</param>
    /// <param name="configuration">The folder whose <c>nuget.config</c>, with those above it, names the feeds.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ModelRegistryException">MR0651: a package cannot be had; MR0652: a package is not the one of the lock file; MR0653: anything else.</exception>
    public static void Run(string engine, string project, string output, string configuration, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(EngineHost.DotNet())
        {
            WorkingDirectory = project,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        foreach (var argument in (string[])["publish", EngineProject.FileName, "-c", "Release", "-o", output, "-nologo", "-v:quiet", "-nodeReuse:false", $"-p:RestoreRootConfigDirectory={Escape(configuration)}"])
            start.ArgumentList.Add(argument);
        // Properties come from the environment too, and messages in the language of the machine.
        foreach (var name in start.Environment.Keys.Where(IsOfABuild).ToList()) start.Environment.Remove(name);
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";
        using var process = ChildProcess.Start(start, failure => VerificationCodes.EngineNotInstalled.Error($"cannot start '{start.FileName}': {failure.Message}", "the .NET 10 SDK is needed to install an engine", failure));
        process.StandardInput.Close();
        var (written, complained) = (process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
        using (cancellation.Register(static state => ChildProcess.Kill((Process)state!), process)) process.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
        if (process.ExitCode != 0) throw Failure(engine, written.GetAwaiter().GetResult() + complained.GetAwaiter().GetResult());
    }

    /// <summary>What the output of a failed publish amounts to.</summary>
    internal static ModelRegistryException Failure(string engine, string output)
    {
        var errors = Error().Matches(output).Select(m => (Code: m.Groups[1].Value, Text: m.Groups[2].Value.Trim())).ToList();
        if (errors.Find(e => e.Code is "NU1403" or "NU1004") is { Code: not null } tampered)
            return VerificationCodes.EngineTampered.Error($"the packages of the engine {engine} are not those of its lock file: {Line(tampered)}", "install the command again; where a feed serves another file under the name of a package, ask who keeps it");
        if (errors.Find(e => e.Code is "NU1301" or "NU1101" or "NU1102" or "NU1103" or "NU1100" or "NU1302" or "NU1303") is { Code: not null } missing)
            return VerificationCodes.EnginePackagesMissing.Error($"a package of the engine {engine} is not in the cache and cannot be fetched: {Line(missing)}", "look at the network and at the sources in nuget.config; verify with --engine managed meanwhile");
        var first = errors is [var error, ..] ? Line(error) : output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() ?? "it said nothing";
        return VerificationCodes.EngineNotInstalled.Error($"'dotnet publish' of the engine {engine} failed: {SafeText.OneLine(first)}", "the .NET 10 SDK is needed to install an engine");
    }

    private static bool IsOfABuild(string name) =>
        name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name is "Configuration" or "Platform" or "Version" or "RuntimeIdentifier" or "OutputPath" or "CI";

    // What MSBuild takes for syntax on its command line.
    private static string Escape(string path) => path.Replace("%", "%25", StringComparison.Ordinal).Replace(";", "%3B", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);

    private static string Line((string Code, string Text) error) => $"{error.Code}: {SafeText.OneLine(error.Text.TrimEnd('.'))}";

    [GeneratedRegex(@"\berror ([A-Z]{2,8}[0-9]{1,5}): ([^\r\n]*?)(?: \[[^\]\r\n]*\])?\r?$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Error();
}
