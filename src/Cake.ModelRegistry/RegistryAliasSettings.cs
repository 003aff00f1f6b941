using Cake.Core.IO;

namespace Cake.ModelRegistry;

/// <summary>What every alias takes: where the registry is.</summary>
public abstract class RegistryAliasSettings
{
    /// <summary>
    /// The registry, or a directory that contains it in <c>registry/</c>; relative to the working directory of the script.
    /// Default: <c>MODELREG_REGISTRY</c>, else the nearest one from the working directory upwards.
    /// </summary>
    public DirectoryPath? Registry { get; set; }
}
