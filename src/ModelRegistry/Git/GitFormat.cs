using ModelRegistry.Diagnostics;
using ModelRegistry.Names;

namespace ModelRegistry.Git;

/// <summary>Refuses what only the git command understands, where there is none: better no answer than a wrong one.</summary>
internal static class GitFormat
{
    private static readonly string[] Known = ["noop", "objectformat", "worktreeconfig", "partialclone", "preciousobjects", "refstorage", "relativeworktrees"];

    /// <exception cref="ModelRegistryException">MR0415.</exception>
    public static void RefuseUnknown(GitLocation location)
    {
        var config = GitConfigFile.Of(location);
        var what = config.ObjectIdLength != 20 ? "SHA-256 object names"
            : config.Value("extensions", "refstorage") is not (null or "files") || Directory.Exists(Path.Combine(location.CommonDirectory, "reftable")) ? "references in a reftable"
            : config.Keys("extensions").FirstOrDefault(key => !Known.Contains(key)) is { } unknown ? $"the extension '{Printable.Quote(unknown)}'"
            : GitIndex.IsSplit(location) ? "a split index"
            : config.Value("index", "sparse") == "true" ? "a sparse index"
            : null;
        if (what is not null) throw Codes.GitFormatUnknown.Error($"the repository {location.WorkTree} has {what}, which only git itself reads, and there is no git command", "install git (https://git-scm.com) or put it on the PATH");
    }
}
