using Cake.Core.IO;

namespace Cake.ModelRegistry;

/// <summary>What <c>VerifyModel</c> does.</summary>
public sealed class VerifyModelSettings : RegistryAliasSettings
{
    /// <summary>The family: <c>resnet18</c>, or with a selector <c>resnet18/best</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>The version to verify, as for <c>ResolveModel</c>. Default: <c>latest</c>.</summary>
    public string? Selector { get; set; }

    /// <summary>An image to classify: PNG, PGM, PPM or npy; also JPEG, BMP, GIF and WebP where <c>MODELREG_IMAGES</c> names the folder <c>images</c> of an installed <c>modelreg</c>.</summary>
    public FilePath? Image { get; set; }

    /// <summary>An npy or safetensors file to run.</summary>
    public FilePath? Input { get; set; }

    /// <summary>The engine: <c>managed</c>, or one that is installed. Default: by the format of the weights.</summary>
    public string? Engine { get; set; }

    /// <summary>Folders that hold an engine each, for repositories that pin their engines: they go before those that are installed.</summary>
    public ICollection<DirectoryPath> EngineFolders { get; } = [];

    /// <summary>Whether to record the outcome in the registry. Default: true.</summary>
    public bool Record { get; set; } = true;

    /// <summary>Whether to commit the record. Default: true.</summary>
    public bool Commit { get; set; } = true;
}
