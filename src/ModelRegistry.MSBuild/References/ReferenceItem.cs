using System.Collections.Immutable;
using Microsoft.Build.Framework;
using ModelRegistry.Diagnostics;
using ModelRegistry.Locking;
using ModelRegistry.MSBuild.CodeGeneration;

namespace ModelRegistry.MSBuild.References;

/// <summary>A <c>ModelReference</c> item, checked.</summary>
internal sealed record ReferenceItem
{
    private static readonly string[] CopyModes = ["Never", "Always", "PreserveNewest", "IfDifferent"];

    public required ITaskItem Item { get; init; }

    public required ModelRequest Request { get; init; }

    public required string Identifier { get; init; }

    public required string LinkBase { get; init; }

    public required string CopyToOutputDirectory { get; init; }

    public required bool Pack { get; init; }

    /// <summary>Whether the app fetches the files when it needs them; the output has none then.</summary>
    public bool OnDemand => Request.OnDemand;

    public required ImmutableHashSet<string> NoWarn { get; init; }

    /// <summary>The folder below the intermediate directory: the model's name, or the identifier where two references name one model.</summary>
    public string Folder { get; init; } = "";

    /// <summary>Where a file of the model goes, relative to the output folder.</summary>
    public string OutputPath(ModelFile file) => LinkFolder.Join(LinkBase, file.Path);

    /// <exception cref="ModelRegistryException">MR0101, MR0103 or MR0704.</exception>
    public static ReferenceItem Parse(ITaskItem item, IReadOnlyDictionary<string, string> centralVersions, string? delivery = null)
    {
        var name = ModelName.Parse(item.ItemSpec.Trim());
        var version = Text(item, "Version") ?? centralVersions.GetValueOrDefault(name.Value) ?? "latest";
        var alias = Text(item, "Alias");
        if (alias is not null && !Identifiers.IsValid(alias))
            throw Codes.InvalidReference.Error($"Alias '{alias}' of {name} is not an identifier of C#", "use ASCII letters, digits and underscores");
        var copy = Text(item, "CopyToOutputDirectory") ?? ModelFileItems.DefaultCopy;
        if (!CopyModes.Contains(copy, StringComparer.OrdinalIgnoreCase))
            throw Codes.InvalidReference.Error($"CopyToOutputDirectory '{copy}' of {name} is not known", $"use {string.Join(", ", CopyModes)}");
        var pack = IsTrue(item, "Pack", name);
        var onDemand = IsOnDemand(Text(item, "Delivery"), $"Delivery of {name}");
        if (onDemand && pack) throw Codes.InvalidReference.Error($"{name} has Delivery=\"OnDemand\", which carries no bytes, and Pack=\"true\", which packs them", "leave one of them out");
        return new ReferenceItem
        {
            Item = item,
            Request = new ModelRequest(name, Selector.Parse(version))
            {
                IncludePrerelease = IsTrue(item, "IncludePrerelease", name),
                Files = [.. Words(item.GetMetadata("Files"))],
                OnDemand = onDemand && delivery is null,
            },
            Identifier = ModelsCode.SafeClassName(alias ?? Identifiers.Pascal(name.Value)),
            LinkBase = LinkFolder.Parse(item.GetMetadata("LinkBase"), name),
            CopyToOutputDirectory = CopyModes.First(mode => mode.Equals(copy, StringComparison.OrdinalIgnoreCase)),
            Pack = pack,
            NoWarn = [.. Words(item.GetMetadata("NoWarn"))],
        };
    }

    /// <summary>What the property says: all references are bundled, or each as its own item says.</summary>
    /// <exception cref="ModelRegistryException">MR0704.</exception>
    public static string? ParseDelivery(string? property) =>
        property is null ? null
        : !IsOnDemand(property, "ModelDelivery") ? property
        : throw Codes.InvalidReference.Error("ModelDelivery is OnDemand, which each reference says for itself", "set Delivery=\"OnDemand\" on the ModelReference; ModelDelivery=Bundled overrides it");

    private static bool IsOnDemand(string? text, string of) =>
        text is null || text.Equals("Bundled", StringComparison.OrdinalIgnoreCase) ? false
        : text.Equals("OnDemand", StringComparison.OrdinalIgnoreCase) ? true
        : throw Codes.InvalidReference.Error($"{of} is '{text}'", "write Bundled or OnDemand");

    private static string? Text(ITaskItem item, string name) => item.GetMetadata(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    /// <summary>A list as projects write them.</summary>
    public static string[] Words(string? text) => (text ?? "").Split([';', ',', ' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool IsTrue(ITaskItem item, string metadata, ModelName name) => Text(item, metadata) switch
    {
        null => false,
        var text when bool.TryParse(text, out var value) => value,
        var text => throw Codes.InvalidReference.Error($"{metadata} '{text}' of {name} is neither true nor false", "write true or false"),
    };
}
