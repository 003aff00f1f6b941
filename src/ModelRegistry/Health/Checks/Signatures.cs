using ModelRegistry.Diagnostics;
using ModelRegistry.Names;
using ModelRegistry.Signing;

namespace ModelRegistry.Health.Checks;

/// <summary>Holds every signature, and every statement of how a version was made, against the manifest beside it. Whose they are is for a trust policy to say.</summary>
internal static class Signatures
{
    public static IEnumerable<DoctorFinding> Run(DoctorScope scope)
    {
        scope.Tell("checking signatures");
        var layout = scope.Registry.Layout;
        var manifests = scope.Manifests.ToDictionary(manifest => manifest.Id);
        foreach (var name in scope.Registry.Families.Names())
        {
            var folder = Path.Combine(layout.Family(name), RegistryLayout.SignaturesFolder);
            if (!Directory.Exists(folder)) continue;
            foreach (var version in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
            {
                var manifest = ModelVersion.TryParse(Path.GetFileName(version), out var number) ? manifests.GetValueOrDefault(new ModelId(name, number)) : null;
                var resolved = manifest is null ? null : scope.Registry.ReadResolved(manifest.Id);
                foreach (var path in Directory.EnumerateFiles(version).Where(IsBundle).Order(StringComparer.Ordinal))
                {
                    if (Problem(path, resolved) is { } problem) yield return scope.Found(problem.Diagnostic, DoctorSeverity.Error, problem.Message, path, problem.Hint);
                }
            }
        }
    }

    private static bool IsBundle(string path) => path.EndsWith(VersionSignatures.Suffix, StringComparison.Ordinal) || path.EndsWith(VersionSignatures.ProvenanceSuffix, StringComparison.Ordinal);

    private static ModelRegistryException? Problem(string path, ResolvedManifest? version)
    {
        try
        {
            if (version is null) return Codes.DanglingReference.Error($"there is no version '{Printable.Quote(Path.GetFileName(Path.GetDirectoryName(path)!))}' that is in order", "remove the signature, or restore the version with git");
            VersionSignatures.Check(version, SignatureBundle.Load(path), Path.GetFileName(path));
            return null;
        }
        catch (ModelRegistryException failure)
        {
            return failure;
        }
    }
}
