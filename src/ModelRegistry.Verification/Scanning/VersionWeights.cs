using ModelRegistry.Diagnostics;
using ModelRegistry.Weights;

namespace ModelRegistry.Verification;

/// <summary>The weights of a resolved version as one file to open: a model of several files is opened whole, or refused.</summary>
public static class VersionWeights
{
    /// <summary>The path to give to <see cref="WeightsFile.Open(string, WeightsReadOptions?)"/>. What needs its parts together stands in the cache under its own names.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="resolution">The version, with all of its files or with those of one model of it.</param>
    /// <param name="cancellation">Stops it.</param>
    public static string PathOf(Registry registry, Resolution resolution, CancellationToken cancellation = default)
    {
        var weights = resolution.Weights;
        if (!resolution.Manifest.NeedsFolder) return weights.LocalPath ?? registry.Locate(weights.File, resolution.Id, cancellation);
        return weights.File.Path.Under(registry.Folder(resolution, cancellation));
    }

    /// <summary>Opens the weights.</summary>
    /// <inheritdoc cref="PathOf"/>
    /// <exception cref="ModelRegistryException">MR0536: the version holds several models; what a reader refuses.</exception>
    public static WeightsFile Open(Registry registry, Resolution resolution, CancellationToken cancellation = default)
    {
        var weights = resolution.Weights.File;
        try
        {
            // What was called data at registration was accepted then; nothing is executed either way.
            var file = WeightsFile.Open(PathOf(registry, resolution, cancellation), new WeightsReadOptions { TensorsOnly = weights.Scan == "data" });
            try
            {
                RequireWhole(resolution, file.Parts.Count == 0 ? 1 : file.Parts.Count(part => !part.EndsWith(".index.json", StringComparison.OrdinalIgnoreCase)));
                return file;
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        catch (WeightsFormatException failure)
        {
            throw failure.ToRegistryException($"{resolution.Id}/{weights.Path}");
        }
    }

    private static void RequireWhole(Resolution resolution, int parts)
    {
        var all = resolution.Files.Where(f => f.File.Role == FileRoles.Weights).Select(f => f.File.Path.Value).ToList();
        if (all.Count <= parts) return;
        throw Several(all, "name the files of one with --files, such as --files 'unet/*'");
    }

    /// <exception cref="ModelRegistryException">MR0536: the version holds several models, of which only the first would be run.</exception>
    internal static void RequireOne(Manifest manifest)
    {
        if (WeightsParts.AreOneModel(manifest.Files.Where(f => f.Role is FileRoles.Weights or FileRoles.WeightsIndex).Select(f => f.Path.Value))) return;
        throw Several([.. manifest.Files.Where(f => f.Role == FileRoles.Weights).Select(f => f.Path.Value)], "only the first would be run; register each under a name of its own, or leave the others out with --exclude")
            .ToRegistryException(manifest.Name.Value);
    }

    private static WeightsFormatException Several(List<string> all, string hint)
    {
        const int Shown = 6;
        return new WeightsFormatException("MR0536", $"the version holds several models: {string.Join(", ", all.Take(Shown))}{(all.Count > Shown ? $" and {all.Count - Shown} more" : "")}", hint: hint);
    }
}
