namespace ModelRegistry.Tests.Support;

/// <summary>A configuration in which every key that could change an answer of git's says something unusual.</summary>
internal static class HostileConfiguration
{
    private static readonly string[] Keys =
    [
        "log.showSignature=true", "log.showRoot=false", "log.decorate=full", "log.date=relative", "log.follow=true", "log.mailmap=true", "log.diffMerges=off", "log.abbrevCommit=true",
        "i18n.logOutputEncoding=UTF-16", "color.ui=always", "color.status=always", "color.diff=always", "core.quotePath=true", "core.abbrev=7", "core.commentChar=M",
        "commit.cleanup=strip", "commit.verbose=true", "commit.status=false", "core.safecrlf=true", "core.preloadIndex=false", "core.untrackedCache=true",
        "status.short=true", "status.branch=false", "status.showUntrackedFiles=all", "status.relativePaths=true", "status.renames=copies", "status.showStash=true", "status.submoduleSummary=true",
        "diff.renames=copies", "diff.noprefix=true", "diff.mnemonicPrefix=true", "diff.relative=true", "diff.ignoreSubmodules=all", "diff.submodule=log", "diff.wordRegex=.", "diff.orderFile=/nonexistent",
        "grep.lineNumber=true", "grep.column=true", "format.pretty=%s", "blame.date=relative", "index.version=4", "core.splitIndex=true", "trailer.separators=#", "trailer.model.key=Nothing",
        "diff.context=0", "diff.colorMoved=zebra", "diff.suppressBlankEmpty=true", "diff.statNameWidth=10", "grep.patternType=perl", "grep.fullName=true", "log.initialDecorationSet=all",
        "column.ui=always", "branch.sort=-committerdate", "tag.sort=-version:refname", "core.trustctime=false", "core.checkStat=minimal", "core.logAllRefUpdates=false",
        "i18n.commitEncoding=ISO-8859-1", "merge.ff=false", "merge.log=true", "pull.rebase=true", "pull.ff=only", "rebase.autoStash=true", "push.followTags=true", "clone.defaultRemoteName=upstream",
        "fetch.output=compact", "rerere.enabled=true", "apply.whitespace=error", "help.autoCorrect=immediate", "advice.detachedHead=true",
        "notes.displayRef=refs/notes/*", "alias.log=!false", "alias.status=!false", "alias.commit=!false", "push.default=nothing", "fetch.prune=true", "submodule.recurse=true",
    ];

    private static readonly string[] Programs =
        ["core.pager", "pager.log", "pager.status", "core.fsmonitor", "diff.external", "core.editor", "sequence.editor", "core.askPass", "diff.evil.textconv", "diff.evil.command", "interactive.diffFilter"];

    // Who signs chose them; a user whose own are broken signs nothing.
    private static readonly string[] Signers = ["gpg.program", "gpg.ssh.program"];

    /// <summary>Whether whole suites are to run under it: <c>MODELREG_TEST_HOSTILE_GIT=1</c>.</summary>
    public static bool IsAsked => Environment.GetEnvironmentVariable("MODELREG_TEST_HOSTILE_GIT") == "1";

    /// <param name="repository">The work tree.</param>
    /// <param name="program">What every key that names a program names.</param>
    public static void Apply(string repository, string program)
    {
        File.AppendAllText(Path.Combine(repository, ".git", "config"), Text(Keys.Concat(Programs.Concat(Signers).Select(key => $"{key}={program}")).Append("commit.gpgSign=false")));
        File.WriteAllText(Path.Combine(repository, ".git", "info", "attributes"), "*.json diff=evil\n");
    }

    /// <summary>Writes the configuration of a user beside one that is as usual, with what that says and templates of commits and repositories.</summary>
    /// <returns>Its path.</returns>
    public static string WriteUser(string usual)
    {
        var (config, folder) = (usual + ".hostile", FolderOf(usual));
        Directory.CreateDirectory(Path.Combine(folder, "info"));
        File.WriteAllText(Path.Combine(folder, "info", "attributes"), "*.json diff=evil\n");
        foreach (var hook in new[] { "pre-commit", "commit-msg", "post-checkout", "pre-push" }) WriteProgram(Path.Combine(folder, "hooks", hook), "exit 1");
        var (message, ignored, signer) = (Path.Combine(folder, "message"), Path.Combine(folder, "ignored"), Path.Combine(folder, "signer"));
        File.WriteAllText(message, "TEMPLATE\n");
        File.WriteAllText(ignored, "registry.json\nfamily.json\nversions/\naliases/\nyanks/\n");
        WriteProgram(signer, """
            cat >/dev/null
            printf '\n[GNUPG:] SIG_CREATED \n' >&2
            printf -- '-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n'
            """);
        File.WriteAllText(config, File.ReadAllText(usual) + Text(
        [
            .. Keys, .. Programs.Select(key => $"{key}=false"), $"core.attributesFile={Path.Combine(folder, "info", "attributes")}", $"core.excludesFile={ignored}",
            $"init.templateDir={folder}", $"commit.template={message}", "commit.gpgSign=true", "tag.gpgSign=true", "user.signingKey=test", $"gpg.program={signer}",
        ]));
        return config;
    }

    public static void DeleteUser(string usual)
    {
        File.Delete(usual + ".hostile");
        if (Directory.Exists(FolderOf(usual))) Directory.Delete(FolderOf(usual), recursive: true);
    }

    private static void WriteProgram(string path, string script)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static string FolderOf(string usual) => usual + ".templates";

    // git-config(1), "Syntax".
    private static string Text(IEnumerable<string> settings) => string.Concat(settings.Select(setting =>
    {
        var equals = setting.IndexOf('=', StringComparison.Ordinal);
        var (key, value) = (setting[..equals], setting[(equals + 1)..]);
        var (first, last) = (key.IndexOf('.', StringComparison.Ordinal), key.LastIndexOf('.'));
        var section = first == last ? key[..first] : $"{key[..first]} \"{key[(first + 1)..last]}\"";
        return $"[{section}]\n\t{key[(last + 1)..]} = \"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"\n";
    }));
}
