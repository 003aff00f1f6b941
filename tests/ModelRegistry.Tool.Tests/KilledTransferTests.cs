using System.Diagnostics;
using System.Formats.Tar;
using System.Security.Cryptography;
using ModelRegistry.Tests.Support;
using ModelRegistry.Tool.Tests.Support;

namespace ModelRegistry.Tool.Tests;

/// <summary>Commands that are killed (SIGKILL) while they push, fetch or import, each at a place that the other side chooses; then the same command again.</summary>
public sealed class KilledTransferTests : IDisposable
{
    private const int Chunk = 64 << 20;

    private readonly Scratch _scratch = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("modelreg killed").FullName;

    [PeerFact("docker-registry")]
    public void Push_KilledBetweenChunks_GoesOn_AndWithinAChunk_SendsThatBlobAgainAndNoOther()
    {
        using var docker = Docker();
        using var proxy = new StoppingProxy(docker.Port);
        AddStore($"\"oci\": \"127.0.0.1:{proxy.Port}/killed\"");
        var weights = Large();
        _scratch.Run("register", "--name", "m", "--file", weights).Text.ToString();

        var patches = 0;
        Kill(proxy, (request, passed) => request.Method == "PATCH" && passed == 0 && Interlocked.Increment(ref patches) == 2, "push");
        _scratch.Run("push").Text.ToString();

        Assert.Equal($"{Chunk}-{new FileInfo(weights).Length - 1}", proxy.Requests.First(r => r.Method == "PATCH").ContentRange);
        Comes("m/1.0.0", weights);

        weights = Large();
        var labels = _scratch.File_("labels.txt", "cat\ndog\n");
        _scratch.Run("register", "--name", "m", "--file", weights, "--file", labels).Text.ToString();
        var digest = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(labels)));
        // The labels have arrived before the command dies in the second chunk of the weights.
        using var arrived = new ManualResetEventSlim();
        proxy.Resume();
        proxy.Answered = line =>
        {
            if (line == "HTTP/1.1 201") arrived.Set();
        };
        Kill(proxy, (request, passed) => request.ContentRange?.StartsWith($"{Chunk}-", StringComparison.Ordinal) == true && passed > 10 << 20 && arrived.Wait(TimeSpan.FromMinutes(4)), "push");
        _scratch.Run("push").Text.ToString();

        Assert.Equal(new FileInfo(weights).Length, Sent(proxy));
        Assert.DoesNotContain(proxy.Requests, r => r.Method == "PUT" && r.Target.Contains(digest, StringComparison.Ordinal));
        Comes("m/1.1.0", weights);
    }

    [Fact]
    public void Fetch_Killed_IsGoneOnWithByTheNextProcess()
    {
        var weights = Scratch.Weights(RandomNumberGenerator.GetBytes(8 << 20));
        var gets = 0;
        using var server = new LoopbackServer(request =>
        {
            var from = request.Header("Range") is { } range ? int.Parse(range["bytes=".Length..^1], System.Globalization.CultureInfo.InvariantCulture) : 0;
            var answer = from == 0 ? new ServedAnswer(200, weights, ("ETag", "\"one\"")) : new ServedAnswer(206, weights[from..], ("ETag", "\"one\""), ("Content-Range", $"bytes {from}-{weights.Length - 1}/{weights.Length}"));
            return request.Method == "GET" && gets++ == 0 ? answer with { Cut = 4 << 20, Silent = true } : answer;
        });
        AddStore($"\"url\": \"{server.Address}\"");
        _scratch.Run("register", "--name", "m", "--file", _scratch.File_("m.safetensors", weights)).Text.ToString();
        Forget();
        var digest = Convert.ToHexStringLower(SHA256.HashData(weights));
        var part = Path.Combine(Cache, "store", "tmp", digest + ".part");

        using (var process = _scratch.Start("resolve", "m"))
        {
            // The server has sent four MiB and says nothing more; what has been written when the command dies is what the next one has.
            for (var waited = Stopwatch.StartNew(); !File.Exists(part) || new FileInfo(part).Length < 1 << 20; Thread.Sleep(10))
                Assert.True(!process.HasExited && waited.Elapsed < TimeSpan.FromMinutes(4), "the command did not fetch");
            process.Kill();
            process.WaitForExit();
        }

        var kept = new FileInfo(part).Length;
        var path = _scratch.Run("resolve", "m").Text.Trim();

        Assert.Equal(weights, File.ReadAllBytes(path));
        Assert.Equal(($"bytes={kept}-", "\"one\""), (server.Requests.Last().Header("Range"), server.Requests.Last().Header("If-Range")));
        Assert.DoesNotContain(Directory.GetFiles(Path.Combine(Cache, "store", "tmp")), file => file == part || file.EndsWith(".version", StringComparison.Ordinal));
    }

    [Fact]
    public void Import_KilledWhileItStages_HasTakenNothing_AndAgainTakesAll()
    {
        var weights = _scratch.File_("m.safetensors", Scratch.Weights(RandomNumberGenerator.GetBytes(3 << 20)));
        _scratch.Run("register", "--name", "m", "--file", weights).Text.ToString();
        var archive = Path.Combine(_folder, "models.tar");
        _scratch.Run("export", "m", "--output", archive).Text.ToString();
        using var other = new Scratch();
        var before = other.CommitCount;
        var tmp = Path.Combine(other.Store, "tmp");

        using (var process = other.StartFed("import", "-"))
        {
            // The archive stops in the middle of the weights, so that is where the command is when it dies.
            process.StandardInput.BaseStream.Write(File.ReadAllBytes(archive).AsSpan(0, WithinTheWeights(archive)));
            process.StandardInput.BaseStream.Flush();
            for (var waited = Stopwatch.StartNew(); Staged(tmp) < 2 << 20; Thread.Sleep(10)) Assert.True(!process.HasExited && waited.Elapsed < TimeSpan.FromMinutes(4), "the command did not stage");
            process.Kill();
            process.WaitForExit();
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(other.Store, "blobs", "sha256")));
        Assert.False(Directory.Exists(Path.Combine(other.RegistryRoot, "m")));
        Assert.Equal((before, ""), (other.CommitCount, other.Git("status", "--porcelain")));
        Assert.Equal(0, other.Run("doctor", "--fix").ExitCode);
        Assert.Equal(0, Staged(tmp));
        var imported = other.InShell("\"$0\" import - <\"$1\"", archive);
        Assert.True(imported.ExitCode == 0, imported.ToString());
        Assert.Equal(File.ReadAllBytes(weights), File.ReadAllBytes(other.Run("resolve", "m").Text.Trim()));
        Assert.Equal((before + 1, ""), (other.CommitCount, other.Git("status", "--porcelain")));
    }

    [Fact]
    public void Import_InterruptedWhileItsInputIsSilent_EndsAndLeavesNothing()
    {
        if (OperatingSystem.IsWindows()) return;
        var tmp = Path.Combine(_scratch.Store, "tmp");
        using var process = _scratch.StartFed("import", "-");
        // From here on it waits for an archive that never comes.
        for (var waited = Stopwatch.StartNew(); !Directory.Exists(tmp) || !Directory.EnumerateDirectories(tmp).Any(); Thread.Sleep(10))
            Assert.True(!process.HasExited && waited.Elapsed < TimeSpan.FromMinutes(4), "the command did not begin");

        Peer.Run("sh", "-c", $"kill -INT {process.Id}");

        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(4)));
        Assert.Equal(130, process.ExitCode);
        Assert.Empty(Directory.EnumerateDirectories(tmp));
    }

    [Fact]
    public void Import_KilledInItsCommit_HasHappenedOrNot_AndAgainTakesAll()
    {
        if (OperatingSystem.IsWindows()) return;
        _scratch.Register("m", "one").Text.ToString();
        _scratch.Register("m", "two").Text.ToString();
        var archive = Path.Combine(_folder, "models.tar");
        _scratch.Run("export", "m", "--output", archive).Text.ToString();
        using var other = new Scratch();
        var hook = Path.Combine(other.Root, ".git", "hooks", "pre-commit");
        Directory.CreateDirectory(Path.GetDirectoryName(hook)!);
        // The hook's parent is git, and git's parent is the command.
        File.WriteAllText(hook, "#!/bin/sh\nkill -9 $(awk '{print $4}' /proc/$PPID/stat)\n");
        File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        using (var process = other.Start("import", archive)) Assert.NotEqual(0, Scratch.Await(process).ExitCode);
        File.Delete(hook);
        var imported = other.Run("import", archive);

        Assert.True(imported.ExitCode == 0, imported.ToString());
        Assert.True(other.Run("doctor", "--json").Json.GetProperty("healthy").GetBoolean());
        Assert.Equal("", other.Git("status", "--porcelain"));
        foreach (var version in new[] { "1.0.0", "1.1.0" })
            Assert.Equal(File.ReadAllBytes(Path.Combine(_scratch.RegistryRoot, "m", "versions", version + ".json")), File.ReadAllBytes(Path.Combine(other.RegistryRoot, "m", "versions", version + ".json")));
    }

    public void Dispose()
    {
        _scratch.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static int WithinTheWeights(string archive)
    {
        using var file = File.OpenRead(archive);
        using var tar = new TarReader(file);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.Length > 3 << 20) return (int)entry.DataOffset + (5 << 19);
        }

        throw new InvalidOperationException("the archive has no weights");
    }

    private static long Staged(string folder) => Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length) : 0;

    private string Cache => Path.Combine(_folder, "cache");

    private Peer Docker()
    {
        var port = Peer.FreePort();
        var config = Path.Combine(_folder, "registry.yml");
        File.WriteAllText(config, $"version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: {_folder}/docker\nhttp:\n  addr: 127.0.0.1:{port}\nlog:\n  level: error\n");
        return Peer.Start("docker-registry", port, "serve", config);
    }

    private void AddStore(string entry)
    {
        _scratch.Set("MODELREG_CACHE", Cache);
        var settings = Path.Combine(_scratch.RegistryRoot, "registry.json");
        File.WriteAllText(settings, File.ReadAllText(settings).Replace("\"stores\": [", $"\"stores\": [ {{ \"name\": \"hub\", {entry} }}, ", StringComparison.Ordinal));
        _scratch.Git("commit", "--quiet", "-am", "a store");
    }

    // More than what goes up in one piece: two chunks.
    private string Large() => _scratch.File_("m.safetensors", Scratch.Weights(RandomNumberGenerator.GetBytes(101 << 20)));

    private void Kill(StoppingProxy proxy, Func<PassedRequest, long, bool> at, params string[] command)
    {
        proxy.StopBefore = at;
        using (var process = _scratch.Start(command))
        {
            proxy.WaitForStop();
            Assert.False(process.HasExited);
            process.Kill();
            process.WaitForExit();
        }

        proxy.Resume();
    }

    private static long Sent(StoppingProxy proxy) => proxy.Requests.Where(r => r.Method == "PATCH").Select(r => r.ContentRange!.Split('-')).Sum(range => long.Parse(range[1], System.Globalization.CultureInfo.InvariantCulture) + 1 - long.Parse(range[0], System.Globalization.CultureInfo.InvariantCulture));

    private void Forget()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(_scratch.Store, "blobs", "sha256"))) File.Delete(file);
        if (Directory.Exists(Cache)) Directory.Delete(Cache, recursive: true);
    }

    private void Comes(string id, string weights)
    {
        Forget();
        Assert.Equal(SHA256.HashData(File.ReadAllBytes(weights)), SHA256.HashData(File.ReadAllBytes(_scratch.Run("resolve", id, "--json").Json.GetProperty("files").EnumerateArray().First(file => file.GetProperty("role").GetString() == "weights").GetProperty("localPath").GetString()!)));
    }
}
