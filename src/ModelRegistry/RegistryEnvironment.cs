using System.Globalization;
using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Names;

namespace ModelRegistry;

/// <summary>What the environment variables say: the one place that knows their names and the per-user folder for caches.</summary>
internal sealed class RegistryEnvironment(Func<string, string?> variable, string workingDirectory)
{
    public RegistryOptions Read()
    {
        var usual = new RegistryOptions { WorkingDirectory = Path.GetFullPath(workingDirectory) };
        return usual with
        {
            Variable = NonEmpty,
            Registry = NonEmpty("MODELREG_REGISTRY"),
            CacheDirectory = NonEmpty("MODELREG_CACHE") is { } named ? usual.FullPath(named) : PlatformCache(),
            FallbackPaths = [.. FallbackPaths().Select(usual.FullPath)],
            Offline = Switch("MODELREG_OFFLINE"),
            Builder = Builder() ?? usual.Builder,
            GitTimeout = Seconds("MODELREG_GIT_TIMEOUT", usual.GitTimeout),
            LockTimeout = Seconds("MODELREG_LOCK_TIMEOUT", usual.LockTimeout),
        };
    }

    private string? PlatformCache()
    {
        if (OperatingSystem.IsWindows()) return Below(NonEmpty("LOCALAPPDATA"));
        if (OperatingSystem.IsMacOS()) return NonEmpty("HOME") is { } mac ? Below(Path.Combine(mac, "Library", "Caches")) : null;
        // The XDG base directory specification: a relative path is to be ignored.
        if (NonEmpty("XDG_CACHE_HOME") is { } xdg && Path.IsPathRooted(xdg)) return Below(xdg);
        return NonEmpty("HOME") is { } home ? Below(Path.Combine(home, ".cache")) : null;
    }

    // What the three services set for every job; the run's own address is lineage.
    private string? Builder() =>
        NonEmpty("GITHUB_WORKFLOW_REF") is { } workflow ? $"{NonEmpty("GITHUB_SERVER_URL") ?? "https://github.com"}/{workflow}"
        : NonEmpty("CI_PROJECT_URL") is { } project ? $"{project}//{NonEmpty("CI_CONFIG_PATH") ?? ".gitlab-ci.yml"}@{NonEmpty("CI_COMMIT_REF_NAME")}"
        : NonEmpty("SYSTEM_COLLECTIONURI") is { } azure ? $"{azure}{NonEmpty("SYSTEM_TEAMPROJECT")}/_build?definitionId={NonEmpty("SYSTEM_DEFINITIONID")}"
        : null;

    // A path list as the platform writes it, or a JSON array, which can hold any character.
    private string[] FallbackPaths()
    {
        if (NonEmpty("MODELREG_FALLBACK_PATHS") is not { } paths) return [];
        if (!paths.TrimStart().StartsWith('[')) return paths.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        try
        {
            using var document = JsonDocument.Parse(paths);
            return [.. document.RootElement.EnumerateArray().Select(path => path.GetString()).Where(path => !string.IsNullOrWhiteSpace(path)).Select(path => path!)];
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw Codes.Usage.Error("MODELREG_FALLBACK_PATHS starts with '[' but is not a JSON array of paths", $"write [\"/one\", \"/two\"], or paths separated by '{Path.PathSeparator}'", failure);
        }
    }

    private TimeSpan Seconds(string name, TimeSpan usual)
    {
        if (NonEmpty(name) is not { } text) return usual;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 86400) return TimeSpan.FromSeconds(seconds);
        throw Codes.Usage.Error($"{name} is '{Printable.Quote(text)}', not a number of seconds", "set it to a number from 1 to 86400, or unset it");
    }

    private bool Switch(string name) => NonEmpty(name)?.ToLowerInvariant() switch
    {
        null or "0" or "false" => false,
        "1" or "true" => true,
        var text => throw Codes.Usage.Error($"{name} is '{Printable.Quote(text)}', not a switch", "set it to 1 or 0, or unset it"),
    };

    private static string? Below(string? folder) => folder is null ? null : Path.Combine(folder, "modelreg");

    private string? NonEmpty(string name) => variable(name) is { Length: > 0 } value ? value : null;
}
