namespace ModelRegistry.History;

/// <summary>What kind of fact a file of a registry states.</summary>
internal enum FactKind
{
    Other,
    Manifest,
    Alias,
    Yank,
    Verification,
    Signature,
}

/// <summary>What the path of a file says that it is about.</summary>
/// <param name="Kind">The kind of fact.</param>
/// <param name="Name">The family; null where the file belongs to none.</param>
/// <param name="Key">The version, or the alias; null for other files.</param>
internal readonly record struct RegistryFact(FactKind Kind, ModelName? Name, string? Key)
{
    /// <param name="path">The path relative to the registry, with <c>/</c>.</param>
    public static RegistryFact Of(string path)
    {
        var segments = path.Split('/');
        if (segments.Length < 2 || !ModelName.TryParse(segments[0], out var name)) return default;
        var kind = segments[1] switch
        {
            RegistryLayout.VersionsFolder => FactKind.Manifest,
            RegistryLayout.AliasesFolder => FactKind.Alias,
            RegistryLayout.YanksFolder => FactKind.Yank,
            RegistryLayout.VerificationsFolder => FactKind.Verification,
            RegistryLayout.SignaturesFolder => FactKind.Signature,
            _ => FactKind.Other,
        };
        if (kind == FactKind.Signature && segments.Length == 4) return new(kind, name, segments[2]);
        const string json = ".json";
        return kind is FactKind.Other or FactKind.Signature || segments.Length != 3 || !segments[2].EndsWith(json, StringComparison.Ordinal)
            ? new(FactKind.Other, name, null)
            : new(kind, name, segments[2][..^json.Length]);
    }

    /// <summary>The version that the fact is about; null where the path names none.</summary>
    public ModelId? Id => Kind != FactKind.Alias && Name is { } name && ModelVersion.TryParse(Key, out var version) && version.Value == Key ? new ModelId(name, version) : null;
}
