using ModelRegistry.Diagnostics;

namespace ModelRegistry.MSBuild.References;

/// <summary>What must hold between the references of one project.</summary>
internal static class ReferenceSet
{
    /// <summary>Gives each reference its folder; refuses two whose code would be the same.</summary>
    /// <exception cref="ModelRegistryException">MR0704.</exception>
    public static IReadOnlyList<ReferenceItem> Check(IReadOnlyList<ReferenceItem> references)
    {
        if (references.GroupBy(r => r.Identifier, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1)?.ToList() is [var a, var b, ..])
            throw Codes.InvalidReference.Error($"{a.Request} and {b.Request} would both be Models.{a.Identifier}", "give one of them another Alias");
        var several = references.GroupBy(r => r.Request.Name).Where(g => g.Count() > 1).Select(g => g.Key).ToHashSet();
        return [.. references.Select(r => r with { Folder = several.Contains(r.Request.Name) ? $"{r.Request.Name}-{r.Identifier}" : r.Request.Name.Value })];
    }

    /// <summary>Finds two references that would write one path of the output; what one file system takes for two, another takes for one.</summary>
    /// <returns>The later one, with what to tell; null where there are none.</returns>
    public static (ReferenceItem Reference, ModelRegistryException Failure)? FindSharedPath(IEnumerable<(ReferenceItem Reference, ModelId Id, ModelFile File)> files)
    {
        var taken = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (reference, id, file) in files.Where(f => f.Reference.CopyToOutputDirectory != "Never"))
        {
            var (path, owner) = (reference.OutputPath(file), $"{id} (ModelReference {reference.Request}, Alias {reference.Identifier})");
            if (!taken.TryAdd(path, owner))
                return (reference, Codes.OutputPathShared.Error($"{taken[path]} and {owner} would both write {path} of the output", "give one of them another LinkBase, or choose other Files"));
        }

        return null;
    }
}
