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

    private static string Line(char sign, string name, string key, LockedVersion locked, LockedVersion? other) =>
        // The same version with other content differs only in its digest.
        $"{sign} {name} '{key}' {locked.Version}{(other?.Version == locked.Version ? $" ({locked.ManifestDigest.ToShortString()})" : "")}";
}
