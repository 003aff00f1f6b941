using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace ModelRegistry.Benchmarks.Dashboards;

/// <summary>
/// The dashboard against its budgets: pages, search, first page after start, memory, predictions, uploads, many readers at once, export, pages beside a network that does not end. Each
/// line says what was asked for, what was measured, and the budget; nothing is asserted, since a loaded machine measures itself.
/// </summary>
internal static class DashboardBudgets
{
    private const int Warm = 200;

    /// <param name="arguments"><c>FAMILIES READERS SECONDS MEBIBYTES</c>; default 1000 200 60 1024.</param>
    public static async Task<int> Run(string[] arguments)
    {
        var counts = arguments.Select(a => int.Parse(a, CultureInfo.InvariantCulture)).ToArray();
        int Count(int at, int usual) => counts.Length > at ? counts[at] : usual;
        var (families, readers, seconds, mebibytes) = (Count(0, 1000), Count(1, 200), Count(2, 60), Count(3, 1024));
        using var many = new BenchRegistry();
        many.Fill(families, 10);
        using (var server = await BenchServer.Start(many.Folder))
        {
            Line($"first page after start, {families} x 10", $"{server.FirstPage.TotalSeconds:0.00} s", "1.5 s");
            await server.Settled();
            await Page(server, $"models page, {families} x 10", "/", "15 ms, 80 KB, 15 KB compressed");
            await Page(server, "search fragment", "/fragments/models?q=family-1", "15 ms");
            await Page(server, "version page", "/models/family-1/1.0.0", "30 ms, 80 KB");
            var (plain, packed) = await server.Assets();
            Line("all assets", string.Create(CultureInfo.InvariantCulture, $"{plain / 1000.0:0.0} KB, {packed / 1000.0:0.0} KB compressed"), "60 KB, 18 KB compressed");
            await Upload(server, mebibytes);
            await Readers(server, readers, TimeSpan.FromSeconds(seconds));
            for (var i = 0; i < 10_000; i++) await server.Get(i % 2 == 0 ? "/" : $"/models/family-{i % families}");
            Line("memory after 10,000 requests", $"{server.ResidentMebibytes():0} MiB", "200 MB");
        }

        Export(many, families);
        using var long_ = new BenchRegistry();
        long_.Fill(1, families * 10);
        using (var server = await BenchServer.Start(long_.Folder))
        {
            Line($"index of {families * 10} manifests, cold, to a family's page", $"{server.FirstPage.TotalSeconds:0.00} s from the start", "1.5 s in the background");
            await Page(server, $"family with {families * 10} versions", "/models/family-0", "50 ms, 150 KB");
        }

        using var wide = new BenchRegistry();
        wide.Register("wide", 10_000);
        using (var server = await BenchServer.Start(wide.Folder)) await Page(server, "layers page, 10,000 tensors", "/models/wide/1.0.0/layers", "30 ms, 80 KB");

        using var demo = new BenchRegistry();
        using (var server = await BenchServer.Start(demo.Folder, "--demo"))
        {
            await Page(server, "layers page of digits-resnet18", "/models/digits-resnet18/1.0.0/layers", "30 ms, 80 KB");
            await Predict(server);
        }

        await WhileANetworkRuns();
        return 0;
    }

    private static async Task Page(BenchServer server, string what, string address, string budget)
    {
        var times = new List<double>();
        long plain = 0;
        for (var i = 0; i < Warm; i++)
        {
            var start = Stopwatch.GetTimestamp();
            plain = (await server.Get(address)).Length;
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        var packed = (await server.Get(address, "gzip")).Length;
        times.Sort();
        Line(what, string.Create(CultureInfo.InvariantCulture, $"least {times[0]:0.0} ms, median {times[times.Count / 2]:0.0} ms, {plain / 1000.0:0} KB, {packed / 1000.0:0.0} KB compressed"), budget);
    }

    private static async Task Readers(BenchServer server, int readers, TimeSpan time)
    {
        var until = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var all = await Task.WhenAll(Enumerable.Range(0, readers).Select(reader => Task.Run(async () =>
        {
            var times = new List<double>();
            var errors = 0;
            for (var i = reader; Stopwatch.GetTimestamp() < until; i++)
            {
                var start = Stopwatch.GetTimestamp();
                try
                {
                    await server.Get((i % 3) switch { 0 => "/", 1 => "/models/family-1", _ => "/models/family-1/1.0.0" });
                }
                catch (HttpRequestException)
                {
                    errors++;
                }

                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            return (times, errors);
        })));
        var sorted = all.SelectMany(a => a.times).Order().ToList();
        Line($"{readers} readers for {time.TotalSeconds:0} s", string.Create(CultureInfo.InvariantCulture, $"{sorted.Count} answers, {all.Sum(a => a.errors)} errors, 95 % under {sorted[(int)(sorted.Count * 0.95)]:0} ms"), "no error, 95 % under 500 ms");
    }

    private static async Task Predict(BenchServer server)
    {
        var image = await server.Get("/samples/7-0004.png");
        var start = Stopwatch.GetTimestamp();
        await server.Predict("digits-resnet18/versions/1.0.0", image);
        var first = Stopwatch.GetElapsedTime(start);
        var times = new List<double>();
        for (var i = 0; i < 50; i++) times.Add(await server.Predict("digits-resnet18/versions/1.0.0", image));
        times.Sort();
        Line("predict on digits-resnet18", string.Create(CultureInfo.InvariantCulture, $"first use {first.TotalSeconds:0.00} s; warm, inside the server: least {times[0]:0.0} ms, median {times[25]:0.0} ms"), "first use 1.5 s, warm 30 ms");
    }

    /// <summary>Pages from before a network starts that does not end, to after its process was ended.</summary>
    private static async Task WhileANetworkRuns()
    {
        using var registry = new BenchRegistry();
        registry.RegisterEndless("endless");
        using var server = await BenchServer.Start(registry.Folder);
        await server.Settled();
        var image = await server.Get("/samples/7-0004.png");
        string[] addresses = ["/", "/models/endless", "/models/endless/1.0.0", "/models/endless/1.0.0/try"];
        foreach (var address in addresses) await server.Get(address);
        var ended = server.Ending("endless/versions/1.0.0", image);
        var times = new List<double>();
        for (var i = 0; !ended.IsCompleted; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await server.Get(addresses[i % addresses.Length]);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            // As people ask, and not as fast as it goes.
            await Task.Delay(20);
        }

        var how = await ended;
        times.Sort();
        Line("pages while a network runs and is ended", string.Create(CultureInfo.InvariantCulture, $"{times.Count} pages, median {times[times.Count / 2]:0.0} ms, 95 % under {times[(int)(times.Count * 0.95)]:0.0} ms, most {times[^1]:0.0} ms; it ended with {how}"), "100 ms");
    }

    private static async Task Upload(BenchServer server, int mebibytes)
    {
        var part = RandomNumberGenerator.GetBytes(1 << 20);
        var hash = Stopwatch.GetTimestamp();
        using (var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256))
        {
            for (var i = 0; i < mebibytes; i++) sha.AppendData(part);
            sha.GetHashAndReset();
        }

        var one = Stopwatch.GetElapsedTime(hash);
        var written = WriteAlone(part, mebibytes);
        server.ForgetPeak();
        var took = await server.Upload(part, mebibytes);
        Line($"upload of {mebibytes} MiB over loopback", string.Create(CultureInfo.InvariantCulture, $"{took.TotalSeconds:0.00} s, {took / one:0.00} x one SHA-256 pass ({one.TotalSeconds:0.00} s), {took / written:0.00} x writing the bytes to a file alone ({written.TotalSeconds:0.00} s), most memory {server.PeakMebibytes():0} MiB"), "1.5 x one pass, 200 MB");
    }

    private static TimeSpan WriteAlone(byte[] part, int mebibytes)
    {
        var path = Path.GetTempFileName();
        var start = Stopwatch.GetTimestamp();
        using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1))
        {
            for (var i = 0; i < mebibytes; i++) file.Write(part);
        }

        var took = Stopwatch.GetElapsedTime(start);
        File.Delete(path);
        return took;
    }

    private static void Export(BenchRegistry registry, int families)
    {
        var site = Path.Combine(registry.Folder, "..", "site");
        var start = Stopwatch.GetTimestamp();
        BenchServer.Export(registry.Folder, site);
        var took = Stopwatch.GetElapsedTime(start);
        var size = new DirectoryInfo(site).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);
        Line($"export, {families} x 10", string.Create(CultureInfo.InvariantCulture, $"{took.TotalSeconds:0.0} s, {size / 1e6:0} MB"), "60 s, 400 MB");
    }

    private static void Line(string what, string measured, string budget) => Console.WriteLine($"{what,-60} {measured}  (budget: {budget})");
}
