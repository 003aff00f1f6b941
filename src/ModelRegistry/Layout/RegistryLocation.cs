namespace ModelRegistry.Layout;

/// <summary>Finds registries.</summary>
internal static class RegistryLocation
{
    public const string DefaultFolder = "registry";

    /// <summary>The registry directory that a directory is or contains; null for none.</summary>
    public static string? At(string directory)
    {
        var full = Path.GetFullPath(directory);
        if (IsRegistry(full)) return full;
        var below = Path.Combine(full, DefaultFolder);
        return IsRegistry(below) ? below : null;
    }

    /// <summary>The nearest registry directory from a directory upwards; null for none.</summary>
    public static string? Upwards(string start)
    {
        for (var directory = Path.GetFullPath(start); directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (At(directory) is { } found) return found;
        }

        return null;
    }

    private static bool IsRegistry(string directory) => File.Exists(Path.Combine(directory, RegistryLayout.SettingsFileName));
}
