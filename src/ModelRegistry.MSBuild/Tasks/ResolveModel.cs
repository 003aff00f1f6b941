using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Build.Framework;
using ModelRegistry.Files;

namespace ModelRegistry.MSBuild;

/// <summary>
/// Resolves a model and puts its files, under their own names, into a folder of the build.
/// A file is written only when its digest changes, and then with the present time, so that incremental copies follow upgrades and rollbacks alike.
/// </summary>
public sealed class ResolveModel : RegistryTask
{
    /// <summary>The family.</summary>
    [Required, NotNull]
    public string? Name { get; set; }

    /// <summary>In: the selector, such as <c>best</c> or <c>1.*</c>; default <c>latest</c>. Out: the version that it chose.</summary>
    [Output]
    public string? Version { get; set; }

    /// <summary>In: roles or globs of the files wanted; default all but <c>sample-input</c> and <c>expected-output</c>. Out: the files, with the metadata <c>Role</c>, <c>Digest</c>, <c>Size</c>, <c>ModelName</c>, <c>ModelVersion</c>, <c>Link</c>, <c>TargetPath</c> and <c>CopyToOutputDirectory</c>.</summary>
    [Output]
    public ITaskItem[] Files { get; set; } = [];

    /// <summary>Let the selector choose prereleases. Default: false.</summary>
    public bool IncludePrerelease { get; set; }

    /// <summary>The folder that the files go to, each model in a folder of its name. Default: <c>obj/models/</c>; pass <c>$(IntermediateOutputPath)models/</c> where configurations differ.</summary>
    public string? DestinationFolder { get; set; }

    /// <summary>The folder in the output. Default: <c>models/NAME</c>.</summary>
    public string? LinkBase { get; set; }

    /// <summary>What the items say about copying. Default: <c>PreserveNewest</c>.</summary>
    public string? CopyToOutputDirectory { get; set; }

    /// <summary>The weights file; the first file where none has that role.</summary>
    [Output]
    public string? Path { get; set; }

    /// <summary>Name and version, such as <c>resnet18/1.1.0</c>.</summary>
    [Output]
    public string? Id { get; set; }

    /// <summary>SHA-256 of the manifest.</summary>
    [Output]
    public string? ManifestDigest { get; set; }

    /// <summary>SHA-256 of the weights.</summary>
    [Output]
    public string? Digest { get; set; }

    private protected override void Run()
    {
        var name = ModelName.Parse(Name.Trim());
        var selector = Selector.Parse(NullIfEmpty(Version) ?? "latest");
        var filters = Files.Select(f => f.ItemSpec).ToImmutableArray();
        using var session = Open();
        var chosen = session.Registry.Resolve(name, selector, new ResolveOptions { IncludePrerelease = IncludePrerelease, Files = filters }, Cancellation);
        if (filters.IsEmpty) chosen = chosen with { Files = [.. chosen.Files.Where(f => !FileRoles.IsEvidence(f.File.Role))] };
        var files = chosen.Files.Select(f => new FileToPlace(f.File.Path, f.File.Digest, f.LocalPath!)).ToList();

        var folder = System.IO.Path.Combine(FullPath(NullIfEmpty(DestinationFolder) ?? "obj/models"), name.Value);
        var placed = PlacedFolder.Update(folder, files, TimeProvider.System, Cancellation);
        var linkBase = LinkFolder.Parse(LinkBase, name);
        var copy = NullIfEmpty(CopyToOutputDirectory) ?? ModelFileItems.DefaultCopy;
        Files = [.. chosen.Files.Zip(placed, (file, path) => ModelFileItems.Make(path, file.File, chosen.Id, linkBase, copy))];
        var weights = chosen.Weights.File;
        Path = placed[chosen.Files.IndexOf(chosen.Weights)];
        Version = chosen.Manifest.Version.Value;
        Id = chosen.Id.ToString();
        ManifestDigest = chosen.ManifestDigest.Value;
        Digest = weights.Digest.Value;
        Diagnostics.Detail($"resolved {name} '{selector}' to {Id}");
    }
}
