namespace ModelRegistry.Stores.Pushing;

/// <summary>Which families of a registry have the same weights. Read when it is first asked.</summary>
internal sealed class SharedBlobs(RegistryContext registry)
{
    private readonly Lazy<ILookup<Digest, ModelName>> _families = new(() => registry.Families.Names()
        .SelectMany(name => (registry.Families.TryRead(name)?.Versions ?? []).SelectMany(version => version.Weights.Select(digest => (Digest: digest, Name: name))))
        .Distinct()
        .ToLookup(pair => pair.Digest, pair => pair.Name));

    /// <summary>The other families that have a blob of this one.</summary>
    public IReadOnlyList<ModelName> Others(ModelName family, Digest digest) => [.. _families.Value[digest].Where(name => name != family)];
}
