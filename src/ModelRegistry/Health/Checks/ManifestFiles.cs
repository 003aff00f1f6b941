using ModelRegistry.Diagnostics;
using ModelRegistry.Names;

namespace ModelRegistry.Health.Checks;

/// <summary>Reads every manifest and checks that each is what its path says.</summary>
internal static class ManifestFiles
{
    public static IEnumerable<DoctorFinding> Run(DoctorScope scope)
    {
        scope.Tell("reading manifests");
        var layout = scope.Registry.Layout;
        foreach (var directory in Directory.EnumerateDirectories(layout.Root).Order(StringComparer.Ordinal))
        {
            var folder = Path.GetFileName(directory);
            if (folder.StartsWith('.')) continue;
            if (!ModelName.TryParse(folder, out var name))
            {
                yield return scope.Found(Codes.FamilyCase, DoctorSeverity.Error, $"the directory '{Printable.Quote(folder)}' is not a model name, so nothing in it can be resolved", directory, "rename it with 'git mv' to lower-case letters, digits and . _ -");
                continue;
            }

            if (!Directory.Exists(layout.Versions(name))) continue;
            if (Files.SymbolicLinks.Find(layout.Root, layout.Versions(name)) is { } link)
            {
                var refused = Files.SymbolicLinks.Refused(link);
                yield return scope.Found(refused.Diagnostic, DoctorSeverity.Error, refused.Message, link, refused.Hint);
                continue;
            }

            foreach (var path in Directory.EnumerateFiles(layout.Versions(name)).Order(StringComparer.Ordinal))
            {
                if (scope.Hidden.Contains(layout.Relative(path)) || scope.Unmerged.Contains(path) || path.EndsWith(Files.AtomicFile.TemporarySuffix, StringComparison.Ordinal)) continue;
                if (Check(scope, name, path) is { } finding) yield return finding;
            }
        }
    }

    private static DoctorFinding? Check(DoctorScope scope, ModelName name, string path)
    {
        var stem = Path.GetFileNameWithoutExtension(path);
        if (Path.GetExtension(path) != ".json" || !ModelVersion.TryParse(stem, out var version) || version.Value != stem)
            return scope.Found(Codes.ManifestMismatch, DoctorSeverity.Error, $"'{Printable.Quote(Path.GetFileName(path))}' is not VERSION.json", path, "rename it with 'git mv', or remove it");
        try
        {
            scope.Manifests.Add(scope.Registry.ReadManifest(new ModelId(name, version)));
            return null;
        }
        catch (ModelRegistryException failure)
        {
            return scope.Found(failure.Diagnostic, DoctorSeverity.Error, failure.Message, path, failure.Hint);
        }
    }
}
