namespace ModelRegistry;

/// <summary>Where each fact of a registry stands.</summary>
public sealed class RegistryLayout
{
    internal const string SettingsFileName = "registry.json";
    internal const string FamilyFileName = "family.json";
    internal const string VersionsFolder = "versions";
    internal const string AliasesFolder = "aliases";
    internal const string YanksFolder = "yanks";
    internal const string VerificationsFolder = "verifications";
    internal const string SignaturesFolder = "signatures";
    internal const string CardFileName = "README.md";
    internal const string PendingFolder = ".pending";

    /// <summary>The folders that a family may have.</summary>
    internal static readonly string[] FamilyFolders = [VersionsFolder, AliasesFolder, YanksFolder, VerificationsFolder, SignaturesFolder];

    internal RegistryLayout(string root) => Root = root;

    /// <summary>The registry directory, absolute.</summary>
    public string Root { get; }

    /// <summary><c>registry.json</c>.</summary>
    public string Settings => Path.Combine(Root, SettingsFileName);

    /// <summary>Journals of writes under way.</summary>
    internal string Pending => Path.Combine(Root, PendingFolder);

    /// <summary>The directory of a family.</summary>
    public string Family(ModelName name) => Path.Combine(Root, name.Value);

    /// <summary><c>family.json</c>.</summary>
    public string FamilyFile(ModelName name) => Path.Combine(Root, name.Value, FamilyFileName);

    /// <summary>The directory of a family's manifests.</summary>
    public string Versions(ModelName name) => Path.Combine(Root, name.Value, VersionsFolder);

    /// <summary>A manifest.</summary>
    public string Manifest(ModelId id) => Path.Combine(Versions(id.Name), id.Version.Value + ".json");

    /// <summary>The directory of a family's aliases.</summary>
    public string Aliases(ModelName name) => Path.Combine(Root, name.Value, AliasesFolder);

    /// <summary>An alias.</summary>
    public string Alias(ModelName name, string alias) => Path.Combine(Aliases(name), alias + ".json");

    /// <summary>The directory of a family's yanks.</summary>
    public string Yanks(ModelName name) => Path.Combine(Root, name.Value, YanksFolder);

    /// <summary>A yank.</summary>
    public string Yank(ModelId id) => Path.Combine(Yanks(id.Name), id.Version.Value + ".json");

    /// <summary>The directory of a family's verifications.</summary>
    public string Verifications(ModelName name) => Path.Combine(Root, name.Value, VerificationsFolder);

    /// <summary>A verification.</summary>
    public string Verification(ModelId id) => Path.Combine(Verifications(id.Name), id.Version.Value + ".json");

    /// <summary>The directory of a version's signatures.</summary>
    public string Signatures(ModelId id) => Path.Combine(Root, id.Name.Value, SignaturesFolder, id.Version.Value);

    /// <summary>A version's signature of one key.</summary>
    public string Signature(ModelId id, string keyId) => Path.Combine(Signatures(id), keyId + ".sig");

    /// <summary>The path relative to the registry directory, with <c>/</c>.</summary>
    public string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');
}
