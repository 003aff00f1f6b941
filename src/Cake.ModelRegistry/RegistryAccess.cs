using System.Globalization;
using Cake.Core;
using Cake.Core.IO;
using ModelRegistry;
using ModelRegistry.Diagnostics;
using ModelRegistry.Verification;

namespace Cake.ModelRegistry;

/// <summary>Opens the registry that settings and environment name. Folders and variables come from Cake's environment, never from the process.</summary>
internal static class RegistryAccess
{
    public static Registry Open(ICakeContext context, RegistryAliasSettings settings)
    {
        var options = Options(context);
        var named = settings.Registry ?? (Variable(context, "MODELREG_REGISTRY") is { } path ? new DirectoryPath(path) : null);
        return named is null
            ? Registry.Discover(context.Environment.WorkingDirectory.FullPath, options)
            : Registry.Open(named.MakeAbsolute(context.Environment).FullPath, options);
    }

    private static RegistryOptions Options(ICakeContext context)
    {
        var defaults = new RegistryOptions();
        return defaults with
        {
            Log = new CakeRegistryLog(context.Log),
            Examiner = new WeightsExaminer(),
            Progress = new CakeTransferProgress(context.Log),
            CacheDirectory = Variable(context, "MODELREG_CACHE") ?? PlatformCache(context),
            FallbackPaths = [.. (Variable(context, "MODELREG_FALLBACK_PATHS") ?? "")
                .Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(path => new DirectoryPath(path).MakeAbsolute(context.Environment).FullPath)],
            GitTimeout = Seconds(context, "MODELREG_GIT_TIMEOUT", defaults.GitTimeout),
            LockTimeout = Seconds(context, "MODELREG_LOCK_TIMEOUT", defaults.LockTimeout),
        };
    }

    private static string? PlatformCache(ICakeContext context)
    {
        var (root, below) = context.Environment.Platform.Family switch
        {
            PlatformFamily.Windows => (Variable(context, "LOCALAPPDATA"), ""),
            PlatformFamily.OSX => (Variable(context, "HOME"), "Library/Caches"),
            // The XDG base directory specification: a relative path is to be ignored.
            _ => Variable(context, "XDG_CACHE_HOME") is { } xdg && System.IO.Path.IsPathRooted(xdg) ? (xdg, "") : (Variable(context, "HOME"), ".cache"),
        };
        return root is null ? null : System.IO.Path.Combine(root, below, "modelreg");
    }

    private static TimeSpan Seconds(ICakeContext context, string name, TimeSpan usual)
    {
        if (Variable(context, name) is not { } text) return usual;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 86400) return TimeSpan.FromSeconds(seconds);
        throw Codes.Usage.Error($"{name} is '{text}', not a number of seconds", "set it to a number from 1 to 86400, or unset it");
    }

    private static string? Variable(ICakeContext context, string name) =>
        context.Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
