using System.Diagnostics;
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
