using System.Security.Cryptography;
using Microsoft.Build.Framework;
using ModelRegistry.Diagnostics;
using ModelRegistry.MSBuild.References;

namespace ModelRegistry.MSBuild;

/// <summary>
/// Finds files of the project, of a package or of a project that it references which would go to the path of a model's file in the output.
/// The same bytes are welcome: a library and its app may carry one model. Other bytes would be read in its place.
/// </summary>
public sealed class CheckOutputPaths : RegistryTask
{
    /// <summary>The files of the models, with the metadata <c>Link</c>, <c>ModelName</c> and <c>ModelVersion</c>.</summary>
    [Required]
    public ITaskItem[] ModelFiles { get; set; } = [];

    /// <summary>Other files for the output, with the metadata <see cref="PathMetadata"/>.</summary>
    [Required]
    public ITaskItem[] Others { get; set; } = [];

    /// <summary>The metadata of <see cref="Others"/> that says where they go.</summary>
    public string PathMetadata { get; set; } = "TargetPath";

    /// <summary>The <c>ModelReference</c> items: where an error points.</summary>
    public ITaskItem[] References { get; set; } = [];

    private protected override void Run()
    {
        var models = ModelFiles.DistinctBy(Link, StringComparer.OrdinalIgnoreCase).ToDictionary(Link, StringComparer.OrdinalIgnoreCase);
        foreach (var other in Others)
        {
            var path = other.GetMetadata(PathMetadata).Replace('\\', '/');
            if (!models.TryGetValue(path, out var model) || IsSame(FullPath(model.ItemSpec), FullPath(other.ItemSpec))) continue;
            var name = model.GetMetadata("ModelName");
            var reference = References.FirstOrDefault(r => r.ItemSpec.Trim() == name);
            var log = reference is not null && ItemPlace.Find(reference) is var (file, line, column) ? Diagnostics.At(file, line, column) : Diagnostics;
            log.Error(Codes.OutputPathShared.Error(
                $"{name}/{model.GetMetadata("ModelVersion")} (ModelReference {name}) and {FullPath(other.ItemSpec)} would both write {path} of the output",
                "give the reference another LinkBase, or let both carry the same version"));
        }
    }

    private static string Link(ITaskItem item) => item.GetMetadata("Link").Replace('\\', '/');

    private bool IsSame(string a, string b)
    {
        if (a == b) return true;
        try
        {
            using var first = File.OpenRead(a);
            using var second = File.OpenRead(b);
            return first.Length == second.Length && SHA256.HashData(first).AsSpan().SequenceEqual(SHA256.HashData(second));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Diagnostics.Detail($"{a} and {b} cannot be compared: {failure.Message}");
            return false;
        }
    }
}
