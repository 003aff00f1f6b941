using Cake.Core.IO;

namespace Cake.ModelRegistry;

/// <summary>What <c>ResolveModel</c> resolves.</summary>
public sealed class ResolveModelSettings : RegistryAliasSettings
{
    /// <summary>The family: <c>resnet18</c>, or with a selector <c>resnet18/best</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary><c>latest</c> (default), <c>best</c>, <c>best:loss:min</c>, <c>1.1.0</c>, <c>1.*</c>, <c>[1.0,2.0)</c>, <c>@production</c>, <c>sha256:…</c>.</summary>
    public string? Selector { get; set; }

    /// <summary>Let <c>latest</c>, <c>best</c> and ranges choose prereleases. Default: false.</summary>
    public bool IncludePrerelease { get; set; }

    /// <summary>Roles or globs of the files that are wanted; empty for all.</summary>
    public ICollection<string> Files { get; init; } = [];

    /// <summary>A folder to put the files into, each at its path inside the model; null leaves them in the store.</summary>
    public DirectoryPath? OutputDirectory { get; set; }
}
