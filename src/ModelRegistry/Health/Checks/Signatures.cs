using ModelRegistry.Diagnostics;
using ModelRegistry.Names;
using ModelRegistry.Signing;

namespace ModelRegistry.Health.Checks;

/// <summary>Holds every signature against the manifest beside it. Whose it is, is for a trust policy to say.</summary>
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
                foreach (var path in Directory.EnumerateFiles(version, "*.sig").Order(StringComparer.Ordinal))
                {
                    if (Problem(path, manifest) is { } problem) yield return scope.Found(problem.Diagnostic, DoctorSeverity.Error, problem.Message, path, problem.Hint);
                }
            }
        }
    }

    private static ModelRegistryException? Problem(string path, Manifest? manifest)
    {
        try
        {
            if (manifest is null) return Codes.DanglingReference.Error($"there is no version '{Printable.Quote(Path.GetFileName(Path.GetDirectoryName(path)!))}' that is in order", "remove the signature, or restore the version with git");
            var bundle = SignatureBundle.Load(path);
            VersionStatement.Check(manifest, bundle);
            return bundle.KeyId == Path.GetFileNameWithoutExtension(path) ? null : Codes.SignatureDiffers.Error($"{path} is a signature of key {bundle.KeyId}", "restore the file with git");
        }
        catch (ModelRegistryException failure)
        {
            return failure;
        }
    }
}
