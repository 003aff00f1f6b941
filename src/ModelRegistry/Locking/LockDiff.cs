namespace ModelRegistry.Locking;

/// <summary>What would change in a lock file, one line a change: <c>- resnet18 'best' 1.0.0</c>, <c>+ resnet18 'best' 1.1.0</c>.</summary>
internal static class LockDiff
{
    public static IReadOnlyList<string> Between(ModelLock before, ModelLock after)
    {
        var lines = new List<string>();
        foreach (var (name, key, locked) in before.Entries())
        {
            var now = after.Models.GetValueOrDefault(name)?.GetValueOrDefault(key);
            if (now is null || !now.IsSameAs(locked)) lines.Add(Line('-', name, key, locked, now));
            if (now is not null && !now.IsSameAs(locked)) lines.Add(Line('+', name, key, now, locked));
        }

        foreach (var (name, key, locked) in after.Entries())
        {
            if (before.Models.GetValueOrDefault(name)?.ContainsKey(key) != true) lines.Add(Line('+', name, key, locked, null));
        }

        return lines;
    }

    private static string Line(char sign, string name, string key, LockedVersion locked, LockedVersion? other) => $"{sign} {name} '{key}' {locked.Version}{Difference(locked, other)}";

    // The same version may differ in its digest, or in who vouches for it.
    private static string Difference(LockedVersion locked, LockedVersion? other) =>
        other?.Version != locked.Version ? ""
        : !other.HasStoresOf(locked) ? $" (on demand from {(locked.Stores.IsEmpty ? "nowhere" : string.Join(", ", locked.Stores.Select(store => store.Name)))})"
        : other.ManifestDigest != locked.ManifestDigest || other.SignedBy.SequenceEqual(locked.SignedBy) ? $" ({locked.ManifestDigest.ToShortString()})"
        : locked.SignedBy.IsEmpty ? " (signed by nobody)" : $" (signed by {string.Join(", ", locked.SignedBy.Select(signer => signer.Name))})";
}
