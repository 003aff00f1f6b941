using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ModelRegistry.Tests.Support;

/// <summary>A real server or tool of the other side, run for a test. Where it is not installed the test is passed over and says so.</summary>
internal sealed class Peer : IDisposable
{
    private readonly Process _process;

    private Peer(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    public static string? Find(string program) =>
        program.StartsWith("npm:", StringComparison.Ordinal) ? (Directory.Exists(Path.Combine(NodePeers.Folder, "node_modules", program[4..])) ? program : null)
        : (Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>A port that nothing listens on. It lies below those that the system gives to whoever asks for any, so nobody takes it meanwhile.</summary>
    public static int FreePort()
    {
        while (true)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(10_000, 32_000));
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // Taken.
            }
        }
    }

    /// <summary>Starts a server and waits until it answers on its port.</summary>
    public static Peer Start(string program, int port, params string[] arguments)
    {
        var start = new ProcessStartInfo(Find(program)!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < TimeSpan.FromSeconds(60);)
        {
            Assert.False(process.HasExited, $"{program} ended with code {(process.HasExited ? process.ExitCode : 0)}");
            try
            {
                using var client = new TcpClient("127.0.0.1", port);
                return new Peer(process, port);
            }
            catch (SocketException)
            {
                Thread.Sleep(50);
            }
        }

        process.Kill(entireProcessTree: true);
        throw new InvalidOperationException($"{program} does not listen on {port}");
    }

    /// <summary>Runs a tool to its end and returns what it printed.</summary>
    public static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Find(program)!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {errors.Result}");
        return output;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}

/// <summary>A fact that needs a program of the other side; CI installs it.</summary>
internal sealed class PeerFactAttribute : FactAttribute
{
    public PeerFactAttribute(params string[] programs)
    {
        if (programs.FirstOrDefault(p => Peer.Find(p) is null) is { } missing) Skip = $"{missing} is not installed";
    }
}

/// <summary>A fact that mounts a file system of its own, which only root may, and not in every container.</summary>
internal sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess) Skip = "only root may mount a file system";
        else if (!MayMount.Value) Skip = "this container may not mount a file system";
    }

    private static Lazy<bool> MayMount { get; } = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory("modelreg mount");
        using var mount = Process.Start(new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.FullName]) { RedirectStandardError = true })!;
        mount.WaitForExit();
        if (mount.ExitCode == 0) Peer.Run("umount", folder.FullName);
        folder.Delete();
        return mount.ExitCode == 0;
    });
}
