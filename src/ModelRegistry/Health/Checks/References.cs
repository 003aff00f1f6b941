using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Names;

namespace ModelRegistry.Health.Checks;

/// <summary>Checks that aliases, yanks and verifications are about versions that exist.</summary>
internal static class References
{
    public static IEnumerable<DoctorFinding> Run(DoctorScope scope)
    {
        scope.Tell("checking aliases, yanks and verifications");
        var layout = scope.Registry.Layout;
        var known = scope.Manifests.Select(m => m.Id).ToHashSet();
        foreach (var name in scope.Registry.Families.Names())
        {
            bool Exists(ModelVersion version) => known.Contains(new ModelId(name, version)) || File.Exists(layout.Manifest(new ModelId(name, version)));
            var findings = Read<AliasRecord>(scope, layout.Aliases(name), (_, alias) => Exists(alias.Version) ? null : $"the alias points at {name}/{alias.Version}, which does not exist")
                .Concat(Read<YankRecord>(scope, layout.Yanks(name), (stem, yank) => Dangling(stem, Exists) ?? (yank.Replacement is { } r && !Exists(r) ? $"the replacement {name}/{r} does not exist" : null)))
                .Concat(Read<VerificationRecord>(scope, layout.Verifications(name), (stem, _) => Dangling(stem, Exists)))
                .Concat(CheckFamily(scope, layout.FamilyFile(name)));
            foreach (var finding in findings) yield return finding;
        }
    }

    private static string? Dangling(string stem, Func<ModelVersion, bool> exists) =>
        ModelVersion.TryParse(stem, out var version) && exists(version) ? null : $"there is no version '{Printable.Quote(stem)}'";

    private static IEnumerable<DoctorFinding> CheckFamily(DoctorScope scope, string path) =>
        File.Exists(path) && Problem<FamilySettings>(path, "", (_, _) => null) is { } problem
            ? [scope.Found(problem.Diagnostic, DoctorSeverity.Error, problem.Message, path, problem.Hint)]
            : [];

    private static IEnumerable<DoctorFinding> Read<T>(DoctorScope scope, string folder, Func<string, T, string?> check)
        where T : class
    {
        if (!Directory.Exists(folder)) yield break;
        if (SymbolicLinks.Find(scope.Registry.Layout.Root, folder) is { } link)
        {
            var refused = SymbolicLinks.Refused(link);
            yield return scope.Found(refused.Diagnostic, DoctorSeverity.Error, refused.Message, link, refused.Hint);
            yield break;
        }

        foreach (var path in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            if (Problem(path, Path.GetFileNameWithoutExtension(path), check) is { } problem)
                yield return scope.Found(problem.Diagnostic, DoctorSeverity.Error, problem.Message, path, problem.Hint);
        }
    }

    private static ModelRegistryException? Problem<T>(string path, string stem, Func<string, T, string?> check)
        where T : class
    {
        try
        {
            return check(stem, RegistryDocument.Read<T>(path, Codes.SettingsInvalid)) is { } what
                ? Codes.DanglingReference.Error(what, "point it at a version that exists, or remove the file")
                : null;
        }
        catch (ModelRegistryException failure)
        {
            return failure;
        }
    }
}
