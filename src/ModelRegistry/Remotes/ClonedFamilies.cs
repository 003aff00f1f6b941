using ModelRegistry.Diagnostics;

namespace ModelRegistry.Remotes;

/// <summary>
/// The families of a clone in the cache. Only those that somebody named are checked out, and stay: of a hundred thousand manifests a build
/// needs a few. What was checked out is told by the patterns, which git writes when the files are there.
/// </summary>
internal sealed class ClonedFamilies(RegistryClone clone, string prefix, bool online)
{
    // Who asks for more, one by one or together, reads them all, and gets them at once.
    private const int ManyTimes = 8, ManyTogether = 100;

    private readonly HashSet<ModelName> _asked = [];
    private int _times;
    private bool _hasAll;

    /// <summary>What a clone checks out at first: settings and no family. A registry at the top of its repository stands among other folders.</summary>
    /// <param name="prefix">The registry's folder with a <c>/</c> at its end; empty at the top.</param>
    public static IEnumerable<string> NoFamily(string prefix) => [$"/{prefix}*", NoFolder(prefix), "/.gitattributes"];

    /// <summary>The names of all families, whether they are checked out or not.</summary>
    /// <returns>Null where all are checked out, so that the folders tell.</returns>
    /// <exception cref="ModelRegistryException">MR0401: git is not installed.</exception>
    public IEnumerable<ModelName>? Names(CancellationToken cancellation)
    {
        lock (_asked)
        {
            if (HasAll()) return null;
        }

        return clone.Folders(prefix, cancellation)
            .Select(folder => folder.Split('/') is [var name, RegistryLayout.VersionsFolder] && ModelName.TryParse(name, out var family) ? family : null)
            .OfType<ModelName>().Order();
    }

    /// <summary>Whether the files of a family can be looked at, if there is one of that name. Starts no git.</summary>
    public bool IsAtHand(ModelName name)
    {
        lock (_asked) return HasAll() || _asked.Contains(name) || clone.Patterns().Contains(Pattern(name));
    }

    /// <summary>Checks families out that are not, if the clone has such.</summary>
    /// <exception cref="ModelRegistryException">MR0401: git is not installed; MR0713: offline, and the clone lacks them; MR0714: the repository cannot be reached.</exception>
    public void CheckOut(IReadOnlyList<ModelName> names, CancellationToken cancellation)
    {
        lock (_asked)
        {
            if (names.All(_asked.Contains) || HasAll()) return;
            var patterns = clone.Patterns();
            var missing = names.Where(name => !_asked.Contains(name) && !patterns.Contains(Pattern(name))).Select(name => prefix + name).ToList();
            var known = missing.Count is 0 or > ManyTogether ? [] : clone.Known(missing, cancellation);
            if (missing.Count > ManyTogether || (known.Count > 0 && _times++ == ManyTimes)) CheckOutAll(cancellation);
            else if (known.Count > 0) clone.CheckOut(known.Select(path => $"/{path}/"), online, cancellation);
            _asked.UnionWith(names);
        }
    }

    /// <summary>Checks all families out.</summary>
    /// <exception cref="ModelRegistryException">MR0401: git is not installed; MR0713: offline, and the clone lacks them; MR0714: the repository cannot be reached.</exception>
    public void CheckOutAll(CancellationToken cancellation)
    {
        lock (_asked)
        {
            if (HasAll()) return;
            clone.CheckOut(All(), online, cancellation);
            _hasAll = true;
        }
    }

    private static string NoFolder(string prefix) => $"!/{prefix}*/";

    private string Pattern(ModelName name) => $"/{prefix}{name}/";

    // Beside families at the top stand sources and, where it is tracked, the store.
    private IEnumerable<string> All() => prefix.Length > 0
        ? [$"/{prefix}*/"]
        : [.. RegistryLayout.FamilyFolders.Select(folder => $"/*/{folder}/"), $"/*/{RegistryLayout.FamilyFileName}", $"/*/{RegistryLayout.CardFileName}"];

    // A clone that an earlier version made has all from the start.
    private bool HasAll()
    {
        if (_hasAll) return true;
        var patterns = clone.Patterns();
        return _hasAll = !patterns.Contains(NoFolder(prefix)) || All().All(patterns.Contains);
    }
}
