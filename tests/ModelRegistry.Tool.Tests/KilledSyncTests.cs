using System.Globalization;
using ModelRegistry.Tool.Tests.Support;

namespace ModelRegistry.Tool.Tests;

/// <summary>
/// Kills a sync that replays at each git command that it starts: the first, the second, to the last. A git on the PATH counts, and kills its
/// parent instead of working, or when the work is done. In the suite the two take turns; <c>MODELREG_KILL_SYNC=all</c> does both everywhere.
/// </summary>
public sealed class KilledSyncTests : IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly string _home;
    private readonly string _path = Environment.GetEnvironmentVariable("PATH")!;

    public KilledSyncTests() => _home = Path.GetDirectoryName(_scratch.Root)!;

    [Fact]
    public void Sync_KilledAtEachStep_HappensWhollyWhenItIsRunAgain()
    {
        // The git that kills is a script of sh.
        if (OperatingSystem.IsWindows()) return;
        var theirs = Prepare();
        var killer = Killer();
        Shell("mkdir images && cp -a repository remote.git images");

        var step = 1;
        for (var ended = false; !ended; step++)
        {
            foreach (var moment in Moments(step))
            {
                Shell("rm -rf repository remote.git calls && cp -a images/repository images/remote.git . && mkdir calls");
                _scratch.Git("update-index", "-q", "--refresh");
                _scratch.Set("KILL_" + moment, step.ToString(CultureInfo.InvariantCulture));
                _scratch.Set("PATH", killer + Path.PathSeparator + _path);
                var killed = _scratch.Run("sync");
                _scratch.Set("PATH", _path);
                _scratch.Set("KILL_" + moment, null);
                ended = Directory.GetDirectories(Path.Combine(_home, "calls")).Length < step;
                var where = $"killed {moment} git command {step}: {killed}";
                Assert.True(killed.ExitCode == (ended ? 0 : 137), where);

                var again = _scratch.Run("sync");
                Assert.True(again.ExitCode == 0, $"{where}, then {again}");
                AssertSynced(theirs, $"{where}, then {again}");
            }
        }

        Assert.True(step > 10, $"only {step} commands were met");
    }

    public void Dispose() => _scratch.Dispose();

    private static string[] Moments(int step) => Environment.GetEnvironmentVariable("MODELREG_KILL_SYNC") == "all" ? ["BEFORE", "AFTER"] : [step % 2 == 1 ? "BEFORE" : "AFTER"];

    // Somebody else has published the number that was given here, and an alias names it.
    private string Prepare()
    {
        _scratch.Register("m", "one").Text.ToString();
        _scratch.Git("init", "-q", "--bare", "-b", "main", "../remote.git");
        _scratch.Git("remote", "add", "origin", "../remote.git");
        _scratch.Run("sync").Text.ToString();
        _scratch.Git("clone", "-q", "../remote.git", "../other");
        _scratch.Register("m", "theirs", "--registry", "../other").Text.ToString();
        _scratch.Run("sync", "--registry", "../other").Text.ToString();
        _scratch.Register("m", "ours").Text.ToString();
        _scratch.Run("promote", "m", "1.1.0", "staging").Text.ToString();
        return _scratch.Git("--git-dir", "../remote.git", "rev-parse", "main");
    }

    private void AssertSynced(string theirs, string where)
    {
        Assert.True(_scratch.Git("rev-parse", "HEAD") == _scratch.Git("--git-dir", "../remote.git", "rev-parse", "main"), where);
        Assert.True(_scratch.Git("rev-list", "--count", "--no-merges", theirs + "..HEAD") == "2", where);
        Assert.True(_scratch.Git("rev-list", "--merges", "HEAD") == "", where);
        Assert.True(_scratch.Git("status", "--porcelain") == "", where);
        Assert.True(_scratch.Git("diff", "--name-status", theirs, "HEAD", "--", "registry") == "A\tregistry/m/aliases/staging.json\nA\tregistry/m/versions/1.2.0.json", where);
        Assert.True(_scratch.Git("show", "HEAD:registry/m/aliases/staging.json").Contains("1.2.0", StringComparison.Ordinal), where);
        var left = Directory.EnumerateFiles(Path.Combine(_scratch.Root, ".git"), "*", SearchOption.AllDirectories).Concat(Directory.EnumerateFiles(Path.Combine(_home, "remote.git"), "*", SearchOption.AllDirectories))
            .Where(file => Path.GetFileName(file) is "modelreg-sync" or "modelreg-git" || (file.EndsWith(".lock", StringComparison.Ordinal) && Path.GetFileName(file) != "modelreg.lock"));
        Assert.True(!left.Any(), $"{where}: {string.Join(", ", left)}");
    }

    private string Killer()
    {
        var folder = Path.Combine(_home, "killer");
        Directory.CreateDirectory(folder);
        var git = Path.Combine(folder, "git");
        // A folder is made by one process only, so each has a number of its own.
        File.WriteAllText(git, $"""
            #!/bin/sh
            n=1
            while ! mkdir '{_home}/calls/'$n 2>/dev/null; do n=$((n + 1)); done
            PATH='{_path}'
            if [ "$n" = "$KILL_BEFORE" ]; then kill -9 $PPID; exit 1; fi
            if [ "$n" = "$KILL_AFTER" ]; then git "$@"; kill -9 $PPID; exit 1; fi
            exec git "$@"

            """);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(git, (UnixFileMode)0b111_101_101);
        return folder;
    }

    private void Shell(string line)
    {
        var done = _scratch.InShell($"cd .. && {line}");
        Assert.True(done.ExitCode == 0, done.ToString());
    }
}
