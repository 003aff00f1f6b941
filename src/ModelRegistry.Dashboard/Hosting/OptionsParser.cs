using System.Globalization;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Dashboard.Hosting;

/// <summary>Reads the command line. Nothing of it reaches the host builder of ASP.NET.</summary>
internal static class OptionsParser
{
    /// <exception cref="ModelRegistryException">MR0115: not a valid command line; MR0902: open to others without a token.</exception>
    public static DashboardOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new DashboardOptions();
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, inline) = arguments[i].Split('=', 2) is [var left, var right] ? (left, right) : (arguments[i], null);
            string Value() => inline ?? (i + 1 < arguments.Count ? arguments[++i] : throw Usage($"{name} needs a value"));
            options = name switch
            {
                "--registry" => options with { Registry = Value() },
                "--host" => options with { Host = Value() },
                "--port" => options with { Port = (int)Number(name, Value(), 0, 65535) },
                "--allow-host" => options with { AllowedHosts = options.AllowedHosts.Add(Value()) },
                "--base-path" => options with { BasePath = BasePath(Value()) },
                "--hub-namespace" => options with { HubNamespace = HubNamespace(Value()) },
                "--models" => options with { LoadedModels = (int)Number(name, Value(), 1, 16) },
                "--max-upload" => options with { MaxUpload = Size(Value()) },
                "--export" => options with { Export = Value() },
                "--base-url" => options with { BaseUrl = BaseUrl(Value()) },
                "--token" => options with { Token = true },
                "--read-only" => options with { ReadOnly = true },
                "--demo" => options with { Demo = true },
                "--with-files" => options with { WithFiles = true },
                "--hf" => options with { HubFiles = true },
                "--stop-with-input" => options with { StopWithInput = true },
                "--quiet" or "-q" => options with { Quiet = true },
                "--verbose" => options with { Verbose = true },
                "--json" => options with { Json = true },
                "--help" or "-h" or "-?" => options with { Help = true },
                _ => throw Usage($"'{Shown.OneLine(arguments[i])}' is not an option of serve"),
            };
        }

        return Check(options);
    }

    private static DashboardOptions Check(DashboardOptions options)
    {
        if (options.Host is { } host && !IsLoopback(host) && !options.Token && !options.ReadOnly)
            throw DashboardCodes.OpenToOthers.Error($"--host {Shown.OneLine(host)} would let others change the registry", "add --token, or --read-only");
        if (options.Export is null && (options.WithFiles || options.HubFiles || options.BaseUrl is not null)) throw Usage("--with-files, --hf and --base-url belong to --export");
        return options;
    }

    /// <summary>Whether a host's name or address is this machine's own.</summary>
    public static bool IsLoopback(string host) =>
        host is "localhost" || (System.Net.IPAddress.TryParse(host.Trim('[', ']'), out var address) && System.Net.IPAddress.IsLoopback(address));

    private static string BasePath(string text)
    {
        var path = "/" + text.Trim('/');
        if (path == "/") return "";
        return path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.') && !path.Contains("..", StringComparison.Ordinal)
            ? path
            : throw Usage($"--base-path '{Shown.OneLine(text)}' is not a path of letters, digits and / - _ .");
    }

    // The clients take the first segment of these three for something else, and the others are addresses of pages.
    private static string HubNamespace(string text) =>
        ModelName.TryParse(text, out _) && text is not ("models" or "datasets" or "spaces" or "api" or "assets" or "fragments" or "activity" or "health" or "new" or "drafts" or "session" or "openapi")
            ? text
            : throw Usage($"--hub-namespace '{Shown.OneLine(text)}' cannot be one: use a-z 0-9 . _ -, and not the name of a page");

    private static string BaseUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? text.TrimEnd('/') + "/"
            : throw Usage($"--base-url '{Shown.OneLine(text)}' is not an address that starts with http:// or https://");

    private static long Number(string name, string text, long least, long most) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Usage(string.Create(CultureInfo.InvariantCulture, $"{name} '{Shown.OneLine(text)}' is not a number from {least} to {most}"));

    private static long Size(string text)
    {
        var unit = text.Length > 0 ? char.ToUpperInvariant(text[^1]) : ' ';
        var shift = unit switch { 'K' => 10, 'M' => 20, 'G' => 30, _ => 0 };
        return Number("--max-upload", shift == 0 ? text : text[..^1], 1, 1L << 24) << shift;
    }

    private static ModelRegistryException Usage(string what) => Codes.Usage.Error(what, "run 'modelreg serve --help'");
}
