namespace ModelRegistry.Inference.Architectures.Document;

/// <summary>Modules may use modules, never themselves.</summary>
internal static class ModuleCycle
{
    internal static void Refuse(IReadOnlyDictionary<string, ModuleTemplate> modules)
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in modules.Keys)
            Visit(name, []);

        void Visit(string name, List<string> path)
        {
            if (path.Contains(name))
                throw new InferenceException(InferenceCodes.Cycle, $"module '{name}' uses itself: {string.Join(" → ", path.SkipWhile(step => step != name))} → {name}", modules[name].Path, "a repeated block is written with 'repeat'");
            if (path.Count >= ArchitectureLimits.ModuleDepth)
                throw new InferenceException(InferenceCodes.ExpansionLimit, $"modules nest deeper than {ArchitectureLimits.ModuleDepth}", modules[name].Path);
            if (done.Contains(name))
                return;
            path.Add(name);
            foreach (var used in Uses(modules[name].Nodes))
                Visit(used, path);
            path.RemoveAt(path.Count - 1);
            done.Add(name);
        }
    }

    private static IEnumerable<string> Uses(IEnumerable<NodeTemplate> nodes) => nodes.SelectMany(node => node switch
    {
        ModuleUseTemplate use => [use.Module],
        GroupTemplate group => Uses(group.Nodes),
        _ => [],
    });
}
