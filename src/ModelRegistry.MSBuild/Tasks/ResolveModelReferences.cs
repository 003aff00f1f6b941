using System.Diagnostics.CodeAnalysis;
using Microsoft.Build.Framework;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Locking;
using ModelRegistry.MSBuild.CodeGeneration;
using ModelRegistry.MSBuild.References;
using ModelRegistry.Trust;

namespace ModelRegistry.MSBuild;

/// <summary>Resolves the <c>ModelReference</c> items of a project: lock file, files, generated code.</summary>
public sealed class ResolveModelReferences : RegistryTask
{
    /// <summary>The <c>ModelReference</c> items.</summary>
    [Required]
    public ITaskItem[] References { get; set; } = [];

    /// <summary>The <c>ModelVersion</c> items: versions for references that name none.</summary>
    public ITaskItem[] CentralVersions { get; set; } = [];

    /// <summary>The lock file.</summary>
    [Required, NotNull]
    public string? LockFile { get; set; }

    /// <summary>Fail where the lock file would change.</summary>
    public bool LockedMode { get; set; }

    /// <summary>Ask the registry for everything again.</summary>
    public bool ForceEvaluate { get; set; }

    /// <summary>The lock file belongs to this project alone: entries that it does not ask for go.</summary>
    public bool Prune { get; set; }

    /// <summary><c>Bundled</c> puts all files into the output, whatever the references say; empty lets them say.</summary>
    public string? Delivery { get; set; }

    /// <summary>Whom the build believes: a path, <c>none</c>, or empty for the nearest <c>models.trust.json</c> upwards.</summary>
    public string? TrustPolicy { get; set; }

    /// <summary>Where the keys and certificates that the policy names are listed, so that later builds watch them.</summary>
    public string? TrustFile { get; set; }

    /// <summary>The folder that the files go to, each model in a folder of its own.</summary>
    [Required, NotNull]
    public string? DestinationFolder { get; set; }

    /// <summary>Where the result is written for later builds.</summary>
    [Required, NotNull]
    public string? ItemsFile { get; set; }

    /// <summary>All that the result depends on, as lines: what differs from the last resolution is logged.</summary>
    public string? Key { get; set; }

    /// <summary>The files that the result depends on: those that are newer than the last resolution are logged.</summary>
    public ITaskItem[] Watched { get; set; } = [];

    /// <summary>What is written last, where all went well.</summary>
    [Required, NotNull]
    public string? StampFile { get; set; }

    /// <summary>The generated code; empty for none.</summary>
    public string? CodeFile { get; set; }

    /// <summary>The namespace of the generated code.</summary>
    public string? CodeNamespace { get; set; }

    /// <summary>The class that holds the models. Default: <c>Models</c>, and <c>RegisteredModels</c> where the app has a namespace of that name.</summary>
    public string? CodeClass { get; set; }

    /// <summary><c>internal</c> (default) or <c>public</c>.</summary>
    public string? CodeVisibility { get; set; }

    /// <summary>Whether every file of the project is to see the namespace. Needs C# 10.</summary>
    public bool ImplicitUsings { get; set; }

    /// <summary>Whether warnings fail the build, as <c>TreatWarningsAsErrors</c> says.</summary>
    public bool TreatWarningsAsErrors { get; set; }

    /// <summary>Codes that stay warnings all the same, or are silenced.</summary>
    public string? WarningsNotAsErrors { get; set; }

    private ModelTrustPolicy? _trust;

    private protected override BuildLog Diagnostics =>
        TreatWarningsAsErrors ? base.Diagnostics.WithWarningsAsErrors(ReferenceItem.Words(WarningsNotAsErrors)) : base.Diagnostics;

    private protected override void Run()
    {
        var state = new ResolutionState(FullPath(StampFile));
        foreach (var reason in state.Changes(Key ?? "", Watched.Select(w => FullPath(w.ItemSpec)), ForceEvaluate)) Log.LogMessage(MessageImportance.Normal, "{0}", $"resolving models: {reason}");
        var options = Options(Diagnostics);
        var references = ReadReferences();
        if (Log.HasLoggedErrors) return;
        _trust = ModelTrustPolicy.Find(NullIfEmpty(TrustPolicy), FullPath("."));
        var result = Resolve(references, options);
        if (result is null) return;
        foreach (var advisory in result.Advisories) Report(advisory, references);
        foreach (var change in result.Changes) Log.LogMessage(MessageImportance.High, "{0}", $"{Path.GetFileName(LockFile)}: {change}");

        var carried = references.Zip(result.References).Where(pair => !pair.First.OnDemand).ToList();
        var files = carried.SelectMany(pair => pair.Second.Files, (pair, f) => (pair.First, pair.Second.Id, f.File)).ToList();
        if (ReferenceSet.FindSharedPath(files) is var (reference, failure))
        {
            At(reference.Item).Error(failure);
            return;
        }

        foreach (var (item, resolved) in carried)
        {
            PlacedFolder.Update(
                Path.Combine(FullPath(DestinationFolder), item.Folder),
                [.. resolved.Files.Select(f => new FileToPlace(f.File.Path, f.File.Digest, f.LocalPath!))], options.Clock, Cancellation);
        }

        foreach (var resolved in result.References) Log.LogMessage(MessageImportance.Normal, "{0}", $"{resolved.Request} is {resolved.Id}");

        if (NullIfEmpty(TrustFile) is { } trust) BuildFile.ReplaceIfDifferent(FullPath(trust), string.Join(';', (_trust?.KeyFiles ?? []).Select(ModelFileItems.Escape)));
        BuildFile.ReplaceIfDifferent(FullPath(ItemsFile), ResolvedItems.Write(files));
        if (NullIfEmpty(CodeFile) is { } code) BuildFile.ReplaceIfDifferent(FullPath(code), Code(references, result));
        if (!Log.HasLoggedErrors) state.Write(Key ?? "");
    }

    private List<ReferenceItem> ReadReferences()
    {
        var central = CentralVersions.GroupBy(v => v.ItemSpec.Trim(), StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last().GetMetadata("Version"), StringComparer.Ordinal);
        var delivery = ReferenceItem.ParseDelivery(NullIfEmpty(Delivery));
        var references = new List<ReferenceItem>();
        foreach (var item in References)
        {
            try
            {
                var reference = ReferenceItem.Parse(item, central, delivery);
                if (reference.OnDemand && NullIfEmpty(CodeFile) is null)
                    throw Codes.OnDemandUnsupported.Error($"{reference.Request.Name} has Delivery=\"OnDemand\" and the project has no generated code to fetch it with", "take Delivery away, or leave the reference out and call RegistrySession.GetAsync of the package ModelRegistry");
                references.Add(reference);
            }
            catch (ModelRegistryException failure)
            {
                At(item).Error(failure);
            }
        }

        try
        {
            return [.. ReferenceSet.Check(references)];
        }
        catch (ModelRegistryException failure)
        {
            At(References[^1]).Error(failure);
            return references;
        }
    }

    private LockedResult? Resolve(List<ReferenceItem> references, RegistryOptions options)
    {
        var resolver = new LockedResolver(new LockedResolverOptions
        {
            LockFile = FullPath(LockFile),
            Address = NullIfEmpty(RegistryRoot),
            LockedMode = LockedMode,
            ForceEvaluate = ForceEvaluate,
            Prune = Prune,
            Trust = _trust,
            Registry = options,
        });
        try
        {
            return resolver.Resolve([.. references.Select(r => r.Request)], Cancellation);
        }
        catch (ReferenceFailedException failed)
        {
            At(references.First(r => r.Request == failed.Request).Item).Error(failed.Failure);
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic == Codes.LockOutOfDate || failure.Diagnostic == Codes.LockUnreadable)
        {
            At(references[0].Item).Error(failure);
        }

        return null;
    }

    private void Report(Advisory advisory, List<ReferenceItem> references)
    {
        // Two references may ask the same question; who wants it silent says so on the item.
        var reference = references.FirstOrDefault(r => r.Request == advisory.Request && !r.NoWarn.Contains(advisory.Diagnostic.Code));
        if (reference is null) return;
        var log = At(reference.Item);
        if (advisory.IsInformation) log.Inform(advisory.Diagnostic, advisory.Message);
        else log.Warn(advisory.Diagnostic, advisory.Message);
    }

    private string Code(List<ReferenceItem> references, LockedResult result)
    {
        var models = references.Zip(result.References, (reference, resolved) => new GeneratedModel(reference.Identifier, reference.OnDemand ? "" : reference.LinkBase, resolved, Labels(reference, resolved))).ToList();
        return ModelsCode.Write(models, new CodeStyle
        {
            Namespace = Identifiers.Namespace(CodeNamespace ?? ""),
            Visibility = CodeVisibility == "public" ? "public" : "internal",
            ClassName = ReadClass(),
            ImplicitUsings = ImplicitUsings,
        });
    }

    private string? ReadClass() => NullIfEmpty(CodeClass) switch
    {
        null => null,
        var name when Identifiers.IsValid(name) => name,
        var name => throw Codes.InvalidReference.Error($"ModelCodeClass '{name}' is not an identifier of C#", "use ASCII letters, digits and underscores"),
    };

    private IReadOnlyList<string>? Labels(ReferenceItem reference, ResolvedReference resolved)
    {
        if (resolved.Files.FirstOrDefault(f => f.File.Role == FileRoles.Labels) is not { } file) return null;
        var (labels, refusal) = LabelsFile.Read(file.LocalPath);
        if (refusal is not null && !reference.NoWarn.Contains(Codes.LabelsOmitted.Code))
            At(reference.Item).Warn(Codes.LabelsOmitted, $"{file.File.Path} of {resolved.Id} is not in the generated code: {refusal}; read it from Files");
        return labels;
    }

    private BuildLog At(ITaskItem item) => ItemPlace.Find(item) is var (file, line, column) ? Diagnostics.At(file, line, column) : Diagnostics;
}
