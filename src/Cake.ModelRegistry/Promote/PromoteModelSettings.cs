namespace Cake.ModelRegistry;

/// <summary>What <c>PromoteModel</c> does.</summary>
public sealed class PromoteModelSettings : RegistryAliasSettings
{
    /// <summary>The family: <c>resnet18</c>, or with a selector <c>resnet18/best</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>The version to promote, as for <c>ResolveModel</c>. Default: <c>latest</c>.</summary>
    public string? Selector { get; set; }

    /// <summary>The alias, such as <c>production</c>; a leading <c>@</c> is dropped.</summary>
    public string Alias { get; set; } = "";

    /// <summary>Why; kept in the alias's file and in the commit.</summary>
    public string? Reason { get; set; }

    /// <summary>Whether to commit. Default: true.</summary>
    public bool Commit { get; set; } = true;
}
