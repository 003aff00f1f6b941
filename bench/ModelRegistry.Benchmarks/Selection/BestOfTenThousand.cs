using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace ModelRegistry.Benchmarks.Selection;

/// <summary>The best of 10,000 versions of one family: the first question of a process, the first of a new registry object, and every later one.</summary>
internal static class BestOfTenThousand
{
    private const int Versions = 10_000;

    public static int Run()
    {
        var root = Directory.CreateTempSubdirectory("modelreg-best-").FullName;
        try
        {
            Write(root);
            // A state that changed less than two seconds ago is read again each time.
            Directory.SetLastWriteTimeUtc(Path.Combine(root, "registry", "m", "versions"), DateTime.UtcNow.AddMinutes(-1));
            Print("first question of the process", [Time(() => Resolve(RegistrySession.Open(root).Registry))]);
            Print("first question of a registry object", [.. Enumerable.Range(0, 15).Select(_ => Time(() => Resolve(RegistrySession.Open(root).Registry)))]);
            var registry = RegistrySession.Open(root).Registry;
            Resolve(registry);
            Print("every later question", [.. Enumerable.Range(0, 200).Select(_ => Time(() => Resolve(registry)))]);
            return 0;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static void Resolve(Registry registry) => registry.Resolve(ModelName.Parse("m"), Selector.Best, new ResolveOptions { Fetch = false });

    private static double Time(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static void Print(string what, double[] times)
    {
        Array.Sort(times);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| `best` among {Versions} versions, {what} | {times[times.Length / 2]:0.00} ms | {times[0]:0.00} | {times[^1]:0.00} | {times.Length} |"));
    }

    private static void Write(string root)
    {
        var versions = Directory.CreateDirectory(Path.Combine(root, "registry", "m", "versions")).FullName;
        File.WriteAllText(Path.Combine(root, "registry", "registry.json"), "{ \"schemaVersion\": 1 }");
        for (var v = 0; v < Versions; v++)
        {
            var manifest = new StringBuilder("{\n  \"schemaVersion\": 1,\n  \"name\": \"m\",\n");
            manifest.Append(CultureInfo.InvariantCulture, $"  \"version\": \"1.{v}.0\",\n  \"createdAt\": \"2026-01-01T00:00:00Z\",\n  \"framework\": \"pytorch\",\n  \"architecture\": \"resnet18\",\n");
            manifest.Append(CultureInfo.InvariantCulture, $"  \"metrics\": {{\n    \"accuracy\": {v * 7919 % 10007 / 10007.0:R},\n    \"loss\": {1.0 / (v + 1):R}\n  }},\n");
            manifest.Append(CultureInfo.InvariantCulture, $"  \"lineage\": {{\n    \"commit\": \"{v:x40}\",\n    \"branch\": \"main\",\n    \"dirty\": false\n  }},\n");
            manifest.Append(CultureInfo.InvariantCulture, $"  \"files\": [\n    {{\n      \"path\": \"m.pth\",\n      \"role\": \"weights\",\n      \"size\": 1,\n      \"digest\": \"sha256:{v:x64}\"\n    }}\n  ]\n}}\n");
            File.WriteAllText(Path.Combine(versions, string.Create(CultureInfo.InvariantCulture, $"1.{v}.0.json")), manifest.ToString());
        }
    }
}
