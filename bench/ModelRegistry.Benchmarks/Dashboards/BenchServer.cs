using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace ModelRegistry.Benchmarks.Dashboards;

/// <summary>The dashboard in a process of its own.</summary>
internal sealed class BenchServer : IDisposable
{
    private readonly Process _process;
    private readonly HttpClient _client;

    private BenchServer(Process process, HttpClient client, TimeSpan firstPage) => (_process, _client, FirstPage) = (process, client, firstPage);

    /// <summary>From the start of the process to the end of the first page.</summary>
    public TimeSpan FirstPage { get; }

    public static async Task<BenchServer> Start(string folder, params string[] options)
    {
        var start = Stopwatch.GetTimestamp();
        var process = Process.Start(Command(folder, ["--port", "0", "--json", .. options]))!;
        using var told = JsonDocument.Parse(await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the dashboard did not start"));
        var client = new HttpClient { BaseAddress = new Uri(told.RootElement.GetProperty("address").GetString()!), Timeout = TimeSpan.FromMinutes(5) };
        await client.GetByteArrayAsync(new Uri("/", UriKind.Relative));
        return new BenchServer(process, client, Stopwatch.GetElapsedTime(start));
    }

    public static void Export(string folder, string site)
    {
        using var process = Process.Start(Command(folder, ["--export", site, "--quiet"]))!;
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException("the export failed");
    }

    /// <summary>Waits until everything is read and compiled, so that what follows is warm.</summary>
    public async Task Settled()
    {
        for (var i = 0; i < 100; i++) await Get("/");
    }

    public async Task<byte[]> Get(string address, string? encoding = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (encoding is not null) request.Headers.Add("Accept-Encoding", encoding);
        using var answer = await _client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsByteArrayAsync();
    }

    /// <summary>Runs a model and returns the milliseconds that the server says it took, without the queue.</summary>
    public async Task<double> Predict(string version, byte[] image)
    {
        using var content = new ByteArrayContent(image);
        using var answer = await _client.PostAsync(new Uri($"/api/v1/models/{version}/predict", UriKind.Relative), content);
        answer.EnsureSuccessStatusCode();
        var timings = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("timings");
        return timings.EnumerateObject().Where(t => t.Name is not ("queue" or "total")).Sum(t => t.Value.GetDouble());
    }

    /// <summary>Runs a model that does not end, and returns how the server says it did.</summary>
    public async Task<string> Ending(string version, byte[] image)
    {
        using var content = new ByteArrayContent(image);
        using var answer = await _client.PostAsync(new Uri($"/api/v1/models/{version}/predict", UriKind.Relative), content);
        var said = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return said.TryGetProperty("code", out var code) ? $"{(int)answer.StatusCode} {code.GetString()}" : $"{(int)answer.StatusCode}";
    }

    /// <summary>The bytes of every asset, as they are and as browsers get them.</summary>
    public async Task<(long Plain, long Packed)> Assets()
    {
        var page = System.Text.Encoding.UTF8.GetString(await Get("/"));
        var folder = page[page.IndexOf("/assets/", StringComparison.Ordinal)..];
        folder = folder[..(folder.IndexOf('/', "/assets/".Length) + 1)];
        var (plain, packed) = (0L, 0L);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Root(), "src", "ModelRegistry.Dashboard", "Assets")).Where(f => Path.GetExtension(f) is ".css" or ".js" or ".svg").Select(Path.GetFileName))
        {
            plain += (await Get(folder + file)).Length;
            packed += (await Get(folder + file, "br")).Length;
        }

        return (plain, packed);
    }

    public async Task<TimeSpan> Upload(byte[] part, int parts)
    {
        var draft = (await Json("/api/v1/drafts", new { name = "family-0" })).GetProperty("id").GetString();
        var upload = (await Json("/api/v1/uploads", new { draft, name = "data.bin", size = (long)part.Length * parts, role = "other" })).GetProperty("id").GetString();
        var start = Stopwatch.GetTimestamp();
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/v1/uploads/{upload}") { Content = new Repeated(part, parts) };
        request.Headers.Add("Upload-Offset", "0");
        using var answer = await _client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        var took = Stopwatch.GetElapsedTime(start);
        using var discarded = await _client.DeleteAsync(new Uri($"/api/v1/drafts/{draft}", UriKind.Relative));
        return took;
    }

    public double ResidentMebibytes() => Memory("VmRSS:");

    /// <summary>Lets the peak of memory begin anew (proc(5), clear_refs).</summary>
    public void ForgetPeak()
    {
        if (OperatingSystem.IsLinux()) File.WriteAllText($"/proc/{_process.Id}/clear_refs", "5");
    }

    public double PeakMebibytes() => Memory("VmHWM:");

    public void Dispose()
    {
        _client.Dispose();
        // So ends what it started, and goes what it made.
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(20))) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private double Memory(string key) => OperatingSystem.IsLinux()
        ? double.Parse(File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith(key, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024
        : _process.WorkingSet64 / 1048576.0;

    private async Task<JsonElement> Json(string address, object body)
    {
        using var answer = await _client.PostAsJsonAsync(new Uri(address, UriKind.Relative), body);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static string Root()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "ModelRegistry.sln"))) root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("run it in the repository");
        return root;
    }

    private static ProcessStartInfo Command(string folder, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (var argument in (string[])[Path.Combine(Root(), "src", "ModelRegistry.Dashboard", "bin", "Release", "net10.0", "modelreg-dashboard.dll"), .. arguments, "--stop-with-input"]) start.ArgumentList.Add(argument);
        return start;
    }

    /// <summary>One part many times over, without holding the whole.</summary>
    private sealed class Repeated(byte[] part, int times) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            for (var i = 0; i < times; i++) await stream.WriteAsync(part);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = (long)part.Length * times;
            return true;
        }
    }
}
