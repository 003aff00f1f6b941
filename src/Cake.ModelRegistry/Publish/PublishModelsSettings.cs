namespace Cake.ModelRegistry;

/// <summary>What <c>PublishModels</c> does.</summary>
public sealed class PublishModelsSettings : RegistryAliasSettings
{
    /// <summary>What to push: <c>resnet18</c> for all versions, <c>resnet18/best</c> for one. Default: everything.</summary>
    public ICollection<string> Models { get; set; } = [];

    /// <summary>The store of <c>registry.json</c>. Default: the only one beside the local store.</summary>
    public string? Store { get; set; }

    /// <summary>Only look whether the store has what the registry says; what it lacks is a failure. Default: false.</summary>
    public bool Check { get; set; }
}
