using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.Build.Framework;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Locking;
using ModelRegistry.MSBuild.CodeGeneration;
using ModelRegistry.MSBuild.References;

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

    /// <summary>The folder that the files go to, each model in a folder of its own.</summary>
    [Required, NotNull]
    public string? DestinationFolder { get; set; }

    /// <summary>Where the result is written for later builds.</summary>
    [Required, NotNull]
    public string? ItemsFile { get; set; }

    /// <summary>What is written last, where all went well.</summary>
    [Required, NotNull]
    public string? StampFile { get; set; }

    /// <summary>The generated code; empty for none.</summary>
    public string? CodeFile { get; set; }

    /// <summary>The namespace of the generated code.</summary>
    public string? CodeNamespace { get; set; }

    /// <summary><c>internal</c> (default) or <c>public</c>.</summary>
    public string? CodeVisibility { get; set; }

    /// <summary>The files, with metadata as those of <see cref="ResolveModel"/>.</summary>
    [Output]
    public ITaskItem[] Files { get; set; } = [];

    /// <summary>What was resolved: <c>name/version</c>, with the metadata <c>Selector</c> and <c>ManifestDigest</c>.</summary>
    [Output]
    public ITaskItem[] Models { get; set; } = [];

    private protected override void Run()
    {
        var options = Options(Diagnostics);
        var references = ReadReferences();
        if (Log.HasLoggedErrors) return;
        var result = Resolve(references, options);
        if (result is null) return;
        foreach (var advisory in result.Advisories) Report(advisory, references);
        foreach (var change in result.Changes) Log.LogMessage(MessageImportance.High, "{0}", $"{Path.GetFileName(LockFile)}: {change}");

        var files = new List<(ReferenceItem Reference, ModelId Id, ModelFile File)>();
        var items = new List<ITaskItem>();
        foreach (var (reference, resolved) in references.Zip(result.References))
        {
            var placed = PlacedFolder.Update(
                Path.Combine(FullPath(DestinationFolder), reference.Folder),
                [.. resolved.Files.Select(f => new FileToPlace(f.File.Path, f.File.Digest, f.LocalPath!))], options.Clock, Cancellation);
            items.AddRange(resolved.Files.Zip(placed, (file, path) => ModelFileItems.Make(path, file.File, resolved.Id, reference.LinkBase, reference.CopyToOutputDirectory)));
            files.AddRange(resolved.Files.Select(f => (reference, resolved.Id, f.File)));
        }

        Files = [.. items];
        Models = [.. result.References.Select(Model)];
        Write(FullPath(ItemsFile), ResolvedItems.Write(files));
        if (NullIfEmpty(CodeFile) is { } code) Write(FullPath(code), Code(references, result));
        if (!Log.HasLoggedErrors) Stamp();
    }

    private List<ReferenceItem> ReadReferences()
    {
        var central = CentralVersions.GroupBy(v => v.ItemSpec.Trim(), StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last().GetMetadata("Version"), StringComparer.Ordinal);
        var references = new List<ReferenceItem>();
        foreach (var item in References)
        {
            try
            {
                references.Add(ReferenceItem.Parse(item, central));
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
        var models = references.Zip(result.References, (reference, resolved) => new GeneratedModel(reference.Identifier, reference.LinkBase, resolved, Labels(reference, resolved))).ToList();
        return ModelsCode.Write(models, Identifiers.Namespace(CodeNamespace ?? ""), CodeVisibility == "public" ? "public" : "internal");
    }

    private IReadOnlyList<string>? Labels(ReferenceItem reference, ResolvedReference resolved)
    {
        if (resolved.Files.FirstOrDefault(f => f.File.Role == FileRoles.Labels) is not { LocalPath: { } path } file) return null;
        var (labels, refusal) = LabelsFile.Read(path);
        if (refusal is not null && !reference.NoWarn.Contains(Codes.LabelsOmitted.Code))
            At(reference.Item).Warn(Codes.LabelsOmitted, $"{file.File.Path} of {resolved.Id} is not in the generated code: {refusal}; read it from Files");
        return labels;
    }

    private static ITaskItem Model(ResolvedReference resolved)
    {
        var item = new Microsoft.Build.Utilities.TaskItem(resolved.Id.ToString());
        item.SetMetadata("Selector", ModelFileItems.Escape(resolved.Request.LockKey));
        item.SetMetadata("ManifestDigest", resolved.Locked.ManifestDigest.Value);
        return item;
    }

    private BuildLog At(ITaskItem item) => ItemPlace.Find(item) is var (file, line, column) ? Diagnostics.At(file, line, column) : Diagnostics;

    // A file that says the same is left alone, so that nothing after it runs again.
    private static void Write(string path, string content)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes)) BuildFile.Replace(path, bytes);
    }

    private void Stamp()
    {
        var stamp = FullPath(StampFile);
        var folder = Path.GetDirectoryName(stamp)!;
        if (Directory.Exists(folder))
        {
            foreach (var old in Directory.EnumerateFiles(folder, "*.stamp").Where(old => old != stamp)) File.Delete(old);
        }

        BuildFile.Replace(stamp, []);
    }
}
