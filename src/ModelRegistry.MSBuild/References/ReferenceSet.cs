using ModelRegistry.Diagnostics;

namespace ModelRegistry.MSBuild.References;

/// <summary>What must hold between the references of one project.</summary>
internal static class ReferenceSet
{
    /// <summary>Gives each reference its folder; refuses two whose code or files would be the same.</summary>
    /// <exception cref="ModelRegistryException">MR0704.</exception>
    public static IReadOnlyList<ReferenceItem> Check(IReadOnlyList<ReferenceItem> references)
    {
        Refuse(references, r => r.Identifier, (a, b) => $"{a} and {b} would both be Models.{a.Identifier}", "give one of them another Alias");
        Refuse(references, r => r.LinkBase, (a, b) => $"{a.Request} and {b.Request} would go to the same folder of the output", "give one of them another LinkBase", r => r.CopyToOutputDirectory != "Never");
        var several = references.GroupBy(r => r.Request.Name).Where(g => g.Count() > 1).Select(g => g.Key).ToHashSet();
        return [.. references.Select(r => r with { Folder = several.Contains(r.Request.Name) ? $"{r.Request.Name}-{r.Identifier}" : r.Request.Name.Value })];
    }

    private static void Refuse(IReadOnlyList<ReferenceItem> references, Func<ReferenceItem, string> key, Func<ReferenceItem, ReferenceItem, string> message, string hint, Func<ReferenceItem, bool>? counts = null)
    {
        foreach (var same in references.Where(counts ?? (static _ => true)).GroupBy(key, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
        {
            var pair = same.Take(2).ToList();
            // The same folder is right for models whose files do not meet; those who write LinkBase themselves know.
            if (pair.All(r => r.Item.GetMetadata("LinkBase").Length > 0) && key(pair[0]) == pair[0].LinkBase) continue;
            throw Codes.InvalidReference.Error(message(pair[0], pair[1]), hint);
        }
    }
}
