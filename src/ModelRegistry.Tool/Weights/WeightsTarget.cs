using ModelRegistry.Diagnostics;
using ModelRegistry.Shared;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Verification;
using ModelRegistry.Weights;

namespace ModelRegistry.Tool.Weights;

/// <summary>What <c>scan</c>, <c>inspect</c> and <c>convert</c> look at: a file or folder on the disk, or the files of a registered version.</summary>
/// <param name="Registry">The registry that a version is in; null for a path.</param>
/// <param name="Version">The version; null for a path.</param>
/// <param name="Path">What to open.</param>
internal sealed record WeightsTarget(Registry? Registry, Resolution? Version, string Path)
{
    /// <summary>Finds what a path or a name stands for; of a version all files, or those that <c>--files</c> names.</summary>
    /// <exception cref="ModelRegistryException">MR0107: neither a file nor a model.</exception>
    public static WeightsTarget Find(CommandContext context, string target, string[]? files = null)
    {
        // A folder without a model in it may have the name of one in the registry.
        if (File.Exists(target) || HoldsModel(target)) return new WeightsTarget(null, null, target);
        ModelArgument.Refuse(context, target);
        try
        {
            var reference = ModelReference.Parse(target);
            using var progress = context.ShowProgress();
            var registry = context.OpenRegistry(progress);
            var version = context.Resolve(registry, reference, new ResolveOptions { IncludeUnverified = true, Files = [.. files ?? []] });
            return new WeightsTarget(registry, version, VersionWeights.PathOf(registry, version, context.Cancellation));
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic == Codes.InvalidName || failure.Diagnostic == Codes.RegistryNotFound || failure.Diagnostic == Codes.ModelNotFound || (failure.Diagnostic == Codes.InvalidSelector && target.Contains('.', StringComparison.Ordinal)))
        {
            throw Codes.SourceMissing.Error($"'{SafeText.OneLine(target)}' is neither a file nor a model here: {failure.Message}", "check the path, or write NAME/SELECTOR", failure);
        }
    }

    private static bool HoldsModel(string folder)
    {
        try
        {
            return Directory.Exists(folder) && WeightsParts.MainFile(folder) is not null;
        }
        catch (WeightsFormatException failure)
        {
            throw failure.ToRegistryException(folder);
        }
    }

    /// <summary>Opens it; a version is opened whole.</summary>
    public WeightsFile Open(CommandContext context, bool tensorsOnly)
    {
        if (Version is not null) return VersionWeights.Open(Registry!, Version, context.Cancellation);
        try
        {
            return WeightsFile.Open(Path, new WeightsReadOptions { TensorsOnly = tensorsOnly });
        }
        catch (WeightsFormatException failure)
        {
            throw failure.ToRegistryException(Path);
        }
    }
}
