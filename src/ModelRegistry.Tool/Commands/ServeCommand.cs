using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg serve</c>: starts the dashboard, a program of its own, and ends with its exit code.</summary>
internal sealed class ServeCommand : ToolCommand
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly IReadOnlyList<Option<string?>> _values;
    private readonly IReadOnlyList<Option<bool>> _switches;
    private readonly Option<string[]> _hosts;

    public ServeCommand()
        : base("serve", "Show the registry in a browser, or write it as a static site", "serve", "serve --port 8080 --read-only", "serve --export site", "serve --demo")
    {
        _values =
        [
            With(CommonOptions.Text("--port", "PORT", "The port; 0 lets the system choose [default: 5117]")),
            With(CommonOptions.Text("--host", "ADDRESS", "The address to listen on [default: the loopback addresses]; another one needs --token or --read-only")),
            With(CommonOptions.Text("--base-path", "PATH", "Serve everything below this path")),
            With(CommonOptions.Text("--hub-namespace", "N", "The namespace for clients of Hugging Face: HF_ENDPOINT=ADDRESS, repository N/FAMILY [default: registry]")),
            With(CommonOptions.Text("--models", "N", "Models that stay loaded for trying [default: 2]")),
            With(CommonOptions.Text("--max-upload", "SIZE", "Largest file of an upload, such as 500M or 20G [default: 20G]")),
            With(CommonOptions.Text("--export", "DIR", "Write a static site into a folder, and end")),
            With(CommonOptions.Text("--base-url", "URL", "The address that the export will have")),
        ];
        _switches =
        [
            With(new Option<bool>("--token") { Description = "Ask for a token; the link that is printed carries it" }),
            With(new Option<bool>("--read-only") { Description = "Show, and never change anything" }),
            With(new Option<bool>("--demo") { Description = "Serve a scratch registry with the sample models" }),
            With(new Option<bool>("--with-files") { Description = "Put the files of the models into the export" }),
            With(new Option<bool>("--hf") { Description = "Lay the files of the models out in the export as clients of Hugging Face ask for them" }),
        ];
        _hosts = With(CommonOptions.Many("--allow-host", "HOST", "A further host name that requests may use"));
    }

    public override ExitCode Run(CommandContext context)
    {
        using var process = Start(Forwarded(context));
        // The dashboard ends when its input does: so it ends as well when this process is killed.
        while (!process.WaitForExit(100))
        {
            if (!context.Cancellation.IsCancellationRequested) continue;
            process.StandardInput.Close();
            if (!process.WaitForExit(Grace)) process.Kill(entireProcessTree: true);
        }

        return (ExitCode)process.ExitCode;
    }

    private static Process Start(IEnumerable<string> arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "dashboard", "modelreg-dashboard.dll");
        if (!File.Exists(program)) throw ToolCodes.DashboardNotStarted.Error($"{program} does not exist", "install the command again; the one that the demo builds has none");
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet") { RedirectStandardInput = true, UseShellExecute = false };
        start.ArgumentList.Add(program);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.ArgumentList.Add("--stop-with-input");
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception failure)
        {
            throw ToolCodes.DashboardNotStarted.Error($"cannot start '{start.FileName}': {failure.Message}", "install the .NET SDK, and put dotnet on the PATH", failure);
        }
    }

    private IEnumerable<string> Forwarded(CommandContext context)
    {
        if (context.Named is { } registry) yield return $"--registry={registry}";
        foreach (var option in _values)
        {
            if (context.Value(option) is { } value) yield return $"{option.Name}={value}";
        }

        foreach (var option in _switches)
        {
            if (context.Value(option)) yield return option.Name;
        }

        foreach (var host in context.Value(_hosts) ?? []) yield return $"--allow-host={host}";
        if (context.Quiet) yield return "--quiet";
        if (context.Verbose) yield return "--verbose";
        if (context.Json) yield return "--json";
    }
}
