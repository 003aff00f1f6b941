using System.Globalization;

namespace ModelRegistry.CommandBench.Groups;

/// <summary>Registrations, small and large.</summary>
internal static class Registering
{
    private const long Large_ = 1L << 30;

    public static IEnumerable<Measured.Figure> Small(Bench bench)
    {
        foreach (var versions in new[] { 1, 1000, 10_000 })
        {
            var root = bench.Scratch.Committed(1, versions);
            var file = Path.Combine(root, "small.safetensors");
            var count = 0;
            foreach (var figure in Measured.InTurn(
                9,
                new Timed(string.Create(CultureInfo.InvariantCulture, $"`modelreg register` of 100 kB, {versions} versions"), root, bench.Modelreg, "register", "--name", "resnet18", "--file", file, "--metric", "accuracy=0.5")
                {
                    Budget = "110",
                    Before = () => Files.Safetensors(file, 25_000, count++),
                })) yield return figure;
        }
    }

    /// <summary>1 GiB, beside one pass of SHA-256, a copy, and Git LFS.</summary>
    public static IEnumerable<Measured.Figure> Large(Bench bench)
    {
        var root = bench.Scratch.Root;
        var (source, copy) = (Path.Combine(root, "large.safetensors"), Path.Combine(root, "copy.bin"));
        Files.Safetensors(source, (int)(Large_ / 4), seed: 1);
        var processes = new List<Timed>
        {
            new("`openssl dgst -sha256` of 1 GiB", root, "openssl", "dgst", "-sha256", source),
            new("`cp` of 1 GiB", root, "cp", source, copy) { Before = () => File.Delete(copy) },
            Register(bench, source, "`modelreg register` of 1 GiB", "1.15 × the hash"),
            Register(bench, source, "`modelreg register --link` of 1 GiB", "1.05 × the hash", "--link"),
        };
        if (HasLfs()) processes.Add(Lfs(bench, source));
        var figures = Measured.InTurn(5, processes);
        var hash = figures[0].Median;
        foreach (var figure in figures) yield return figure with { Budget = figure.Budget is { } budget ? string.Create(CultureInfo.InvariantCulture, $"{budget}; is {figure.Median / hash:0.00} ×") : null };
        Files.Remove(source);
        Files.Remove(copy);
    }

    private static Timed Register(Bench bench, string source, string what, string budget, params string[] more)
    {
        var run = 0;
        string? root = null;
        var own = Path.Combine(bench.Scratch.Root, $"own{more.Length}.safetensors");
        string[] arguments = ["register", "--registry", "", "--name", "large", "--file", own, .. more];
        return new Timed(what, bench.Scratch.Root, bench.Modelreg, arguments)
        {
            Budget = budget,
            Before = () =>
            {
                if (root is not null) Files.Remove(root);
                // Linked files are the store's from then on, so that each run gets a source of its own; its pages are in memory as those of the others are.
                Files.Remove(own);
                File.Copy(source, own);
                root = bench.Scratch.Repository(string.Create(CultureInfo.InvariantCulture, $"large{more.Length}-{run++}"));
                Scratch.Run(root, bench.Modelreg, "init");
                arguments[2] = root;
            },
        };
    }

    private static Timed Lfs(Bench bench, string source)
    {
        var run = 0;
        string? directory = null;
        var current = Path.Combine(bench.Scratch.Root, "lfs-current");
        return new Timed("`git add` + `git commit` of 1 GiB with Git LFS", bench.Scratch.Root, "sh", "-c", $"cd \"$(cat '{current}')\" && git add large.bin && git commit --quiet -m large")
        {
            Before = () =>
            {
                if (directory is not null) Files.Remove(directory);
                directory = bench.Scratch.Repository(string.Create(CultureInfo.InvariantCulture, $"lfs-{run++}"));
                File.WriteAllText(Path.Combine(directory, ".gitattributes"), "*.bin filter=lfs diff=lfs merge=lfs -text\n");
                File.Copy(source, Path.Combine(directory, "large.bin"));
                File.WriteAllText(current, directory);
            },
        };
    }

    private static bool HasLfs()
    {
        try
        {
            Scratch.Run(Path.GetTempPath(), "git", "lfs", "version");
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
