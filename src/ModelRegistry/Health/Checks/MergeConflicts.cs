using ModelRegistry.Diagnostics;
using ModelRegistry.History;
using ModelRegistry.Json;
using ModelRegistry.Names;

namespace ModelRegistry.Health.Checks;

/// <summary>Explains what a merge, rebase or cherry-pick left open in the registry. It is never mended: only a person knows which side is right.</summary>
internal static class MergeConflicts
{
    public static IEnumerable<DoctorFinding> Run(DoctorScope scope)
    {
        if (scope.Repository is not { } repository || repository.Head(scope.Cancellation).Commit is null) yield break;
        var root = repository.TryPathOf(scope.Registry.Layout.Root);
        foreach (var conflict in repository.Reader.ReadConflicts(root, scope.Cancellation))
        {
            var file = Path.Combine(repository.WorkTree, conflict.Path.Replace('/', Path.DirectorySeparatorChar));
            scope.Unmerged.Add(file);
            var fact = RegistryFact.Of(conflict.Path[(root is null ? 0 : root.Value.Length + 1)..]);
            if (fact is { Kind: FactKind.Manifest, Id: { } id } && conflict is { Ours: { } ours, Theirs: { } theirs })
            {
                var sides = repository.Reader.ReadBlobs([ours, theirs], scope.Cancellation);
                yield return new DoctorFinding(
                    Codes.VersionTakenTwice, DoctorSeverity.Error, $"two registrations took {id}: HEAD has {Describe(sides[0])}, the other side has {Describe(sides[1])}",
                    file, $"run 'modelreg renumber {id}': the published one keeps the number and the other gets the next free one");
            }
            else
            {
                yield return new DoctorFinding(Codes.MergeConflict, DoctorSeverity.Error, "a merge conflict is open", file, "choose a side with 'git checkout --ours' or '--theirs', then 'git add' it");
            }
        }
    }

    private static string Describe(byte[]? content)
    {
        try
        {
            var manifest = RegistryJson.Read<Manifest>(content);
            return $"weights {manifest.Weights.Digest.ToShortString()}… by {Printable.Quote(manifest.CreatedBy ?? "nobody named")}";
        }
        catch (Exception failure) when (failure is System.Text.Json.JsonException or InvalidOperationException or ModelRegistryException)
        {
            return "a manifest that cannot be read";
        }
    }
}
