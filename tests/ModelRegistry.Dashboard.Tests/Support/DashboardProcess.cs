using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace ModelRegistry.Dashboard.Tests.Support;

/// <summary>The dashboard as its users start it: a process of its own.</summary>
internal sealed class DashboardProcess : IDisposable
{
    private readonly Process _process;

    private DashboardProcess(Process process, Uri address)
    {
        _process = process;
        Client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };
    }

    public HttpClient Client { get; }

    public static async Task<DashboardProcess> Start(string folder, params string[] options)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "modelreg-dashboard.dll"), "--port", "0", "--json", .. options]) start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the dashboard ended before it told its address");
        using var told = JsonDocument.Parse(line);
        return new DashboardProcess(process, new Uri(told.RootElement.GetProperty("address").GetString()!));
    }

    /// <summary>The most memory that it ever held, in bytes (Linux).</summary>
    public long PeakMemory => long.Parse(File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;

    /// <summary>Waits for a child that was started with an argument (Linux).</summary>
    public async Task<int> Child(string argument)
    {
        for (var until = DateTime.UtcNow.AddMinutes(2); DateTime.UtcNow < until; await Task.Delay(20))
        {
            foreach (var folder in Directory.EnumerateDirectories("/proc").Where(f => int.TryParse(Path.GetFileName(f), out _)))
            {
                try
                {
                    // The parent is the second field after the name, which may hold anything.
                    var stat = await File.ReadAllTextAsync(Path.Combine(folder, "stat"));
                    if (stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] != _process.Id.ToString(CultureInfo.InvariantCulture)) continue;
                    if ((await File.ReadAllTextAsync(Path.Combine(folder, "cmdline"))).Split('\0').Contains(argument)) return int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture);
                }
                catch (IOException)
                {
                    // It has ended.
                }
            }
        }

        throw new InvalidOperationException($"the dashboard started no child with {argument}");
    }

    /// <summary>Ends it as a power cut would.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        Client.Dispose();
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }
}
