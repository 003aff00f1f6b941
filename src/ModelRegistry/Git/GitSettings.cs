namespace ModelRegistry.Git;

/// <summary>
/// The configuration with which git is run where its answer is parsed: nobody's <c>log.*</c>, <c>status.*</c>, <c>diff.*</c>, colours,
/// pagers or encodings change a fact, and nothing that a configuration names is started.
/// </summary>
internal static class GitSettings
{
    /// <summary>For every call: the repository is the one that is named, and a name is printed as it is.</summary>
    public static IEnumerable<string> Common(GitLocation location) =>
    [
        "--git-dir=" + location.GitDirectory, "--work-tree=" + location.WorkTree, "--no-pager",
        "-c", "safe.bareRepository=explicit", "-c", "core.quotePath=false", "-c", "diff.orderFile=/dev/null",
    ];

    /// <summary>For every call that only reads.</summary>
    public static readonly IReadOnlyList<string> Reading = Pairs(
        "core.fsmonitor=false", "core.hooksPath=/dev/null", "core.pager=cat", "core.warnAmbiguousRefs=false", "color.ui=false",
        OnlyReading, "log.showRoot=true", "log.mailmap=false", "log.follow=false", "log.diffMerges=separate", "log.date=default",
        "i18n.logOutputEncoding=UTF-8", "diff.renames=false", "diff.relative=false", "diff.noprefix=false", "diff.mnemonicPrefix=false",
        "diff.ignoreSubmodules=none", "diff.submodule=short", "status.relativePaths=false", "status.renames=false", "status.submoduleSummary=false",
        "status.showUntrackedFiles=no", "status.short=false", "status.branch=false", "core.abbrev=40", "protocol.ext.allow=never");

    /// <summary>Settings by which a running git of ours is known to write, or to read.</summary>
    public const string OnlyWriting = "maintenance.auto=false", OnlyReading = "log.showSignature=false";

    /// <summary>
    /// For every call that writes: hooks, signing and filters are the user's; what a crash must not lose is flushed, and no housekeeping
    /// runs in the middle of a registration.
    /// </summary>
    public static readonly IReadOnlyList<string> Writing = Pairs("core.fsync=committed,loose-object,reference,index", OnlyWriting, "gc.auto=0", "color.ui=false");

    private static string[] Pairs(params IEnumerable<string> settings) => [.. settings.SelectMany(setting => new[] { "-c", setting })];
}
