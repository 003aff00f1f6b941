using ModelRegistry.Diagnostics;
using ModelRegistry.Shared;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;

namespace ModelRegistry.Tool.Weights;

/// <summary>What <c>scan</c>, <c>inspect</c> and <c>convert</c> look at: a file on the disk, or the files of a registered version.</summary>
internal static class WeightsTarget
{
    /// <summary>The files of a version that a name stands for, each with its verified local path.</summary>
    /// <exception cref="ModelRegistryException">MR0107: neither a file nor a model.</exception>
    public static Resolution Version(CommandContext context, string name)
    {
        ModelArgument.Refuse(context, name);
        try
        {
            var reference = ModelReference.Parse(name);
            using var progress = context.ShowProgress();
            return context.Resolve(context.OpenRegistry(progress), reference, new ResolveOptions { IncludeUnverified = true });
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic == Codes.InvalidName || failure.Diagnostic == Codes.RegistryNotFound || failure.Diagnostic == Codes.ModelNotFound || (failure.Diagnostic == Codes.InvalidSelector && name.Contains('.', StringComparison.Ordinal)))
        {
            throw Codes.SourceMissing.Error($"'{SafeText.OneLine(name)}' is neither a file nor a model here: {failure.Message}", "check the path, or write NAME/SELECTOR", failure);
        }
    }

    /// <summary>The weights that a path or a name stands for.</summary>
    public static string WeightsPath(CommandContext context, string target)
    {
        if (Directory.Exists(target)) throw Codes.SourceNotFile.Error($"{target} is a directory", "name one weights file; 'modelreg scan' takes directories");
        return File.Exists(target) ? target : Version(context, target).Weights.LocalPath!;
    }
}
