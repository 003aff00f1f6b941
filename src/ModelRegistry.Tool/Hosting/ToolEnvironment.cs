using System.Collections.Immutable;
using System.Globalization;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Tool.Hosting;

/// <summary>What the environment variables say.</summary>
internal static class ToolEnvironment
{
    public const string RegistryVariable = "MODELREG_REGISTRY";

    public static string? Registry => NonEmpty(RegistryVariable);

    /// <summary><c>MODELREG_CACHE</c>, else the platform's folder for caches; null where the user has none.</summary>
    public static string? CacheDirectory
    {
        get
        {
            if (NonEmpty("MODELREG_CACHE") is { } named) return Path.GetFullPath(named);
            if (OperatingSystem.IsWindows()) return Below(NonEmpty("LOCALAPPDATA"));
            if (OperatingSystem.IsMacOS()) return NonEmpty("HOME") is { } mac ? Below(Path.Combine(mac, "Library", "Caches")) : null;
            // The XDG base directory specification: a relative path is to be ignored.
            if (NonEmpty("XDG_CACHE_HOME") is { } xdg && Path.IsPathRooted(xdg)) return Below(xdg);
            return NonEmpty("HOME") is { } home ? Below(Path.Combine(home, ".cache")) : null;
        }
    }

    public static ImmutableArray<string> FallbackPaths =>
        NonEmpty("MODELREG_FALLBACK_PATHS") is { } paths
            ? [.. paths.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)]
            : [];

    /// <summary>Colours are off where <c>NO_COLOR</c> holds anything (no-color.org).</summary>
    public static bool NoColour => NonEmpty("NO_COLOR") is not null;

    public static TimeSpan Seconds(string variable, TimeSpan usual)
    {
        if (NonEmpty(variable) is not { } text) return usual;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 86400) return TimeSpan.FromSeconds(seconds);
        throw Codes.Usage.Error($"{variable} is '{PlainText.OneLine(text)}', not a number of seconds", "set it to a number from 1 to 86400, or unset it");
    }

    private static string? Below(string? folder) => folder is null ? null : Path.Combine(folder, "modelreg");

    private static string? NonEmpty(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
