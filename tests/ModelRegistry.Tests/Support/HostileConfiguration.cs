namespace ModelRegistry.Tests.Support;

/// <summary>A repository's configuration in which every key that could change an answer of git's says something unusual.</summary>
internal static class HostileConfiguration
{
    private static readonly string[] Keys =
    [
        "log.showSignature=true", "log.showRoot=false", "log.decorate=full", "log.date=relative", "log.follow=true", "log.mailmap=true", "log.diffMerges=off", "log.abbrevCommit=true",
        "i18n.logOutputEncoding=UTF-16", "color.ui=always", "color.status=always", "color.diff=always", "core.quotePath=true", "core.abbrev=7", "core.commentChar=M",
        "commit.cleanup=strip", "commit.verbose=true", "commit.status=false", "core.safecrlf=true", "core.preloadIndex=false", "core.untrackedCache=true",
        "status.short=true", "status.branch=false", "status.showUntrackedFiles=all", "status.relativePaths=true", "status.renames=copies", "status.showStash=true", "status.submoduleSummary=true",
        "diff.renames=copies", "diff.noprefix=true", "diff.mnemonicPrefix=true", "diff.relative=true", "diff.ignoreSubmodules=all", "diff.submodule=log", "diff.wordRegex=.", "diff.orderFile=/nonexistent",
        "grep.lineNumber=true", "grep.column=true", "format.pretty=%s", "blame.date=relative", "index.version=4", "trailer.separators=#", "trailer.model.key=Nothing",
        "notes.displayRef=refs/notes/*", "alias.log=!false", "alias.status=!false", "alias.commit=!false", "push.default=nothing", "fetch.prune=true", "submodule.recurse=true",
    ];

    private static readonly string[] Programs =
        ["core.pager", "pager.log", "pager.status", "core.fsmonitor", "diff.external", "gpg.program", "gpg.ssh.program", "core.editor", "sequence.editor", "core.askPass", "diff.evil.textconv", "diff.evil.command", "interactive.diffFilter"];

    /// <param name="repository">The work tree.</param>
    /// <param name="program">What every key that names a program names.</param>
    public static void Apply(string repository, string program)
    {
        foreach (var setting in Keys.Concat(Programs.Select(key => $"{key}={program}")))
        {
            var equals = setting.IndexOf('=', StringComparison.Ordinal);
            Workspace.GitIn(repository, "config", setting[..equals], setting[(equals + 1)..]);
        }

        File.WriteAllText(Path.Combine(repository, ".git", "info", "attributes"), "*.json diff=evil\n");
    }
}
