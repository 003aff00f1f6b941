using System.Globalization;
using System.Runtime.InteropServices;
using ModelRegistry.CommandBench;

// Whole-process figures of the modelreg command beside its peers, as rows of a Markdown table.
//   dotnet run -c Release --project bench/ModelRegistry.CommandBench -- PATH-TO-modelreg [resolve|register|large]…
if (args.Length == 0)
{
    Console.Error.WriteLine("usage: ModelRegistry.CommandBench PATH-TO-modelreg [resolve|register|large]...");
    return 2;
}

var modelreg = Path.GetFullPath(args[0]);
var wanted = args.Length > 1 ? args[1..] : ["resolve", "register", "large"];
using var scratch = new Scratch();
Console.WriteLine($"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} processors, .NET {Environment.Version}, {DateTime.UtcNow:yyyy-MM-dd}");
Console.WriteLine();
Console.WriteLine("| what | median ms | min | max | peak MB | runs |");
Console.WriteLine("|---|---:|---:|---:|---:|---:|");

if (wanted.Contains("resolve"))
{
    Print(Measured.Command("`modelreg --version` (start-up)", 15, scratch.Root, modelreg, ["--version"]));
    foreach (var (families, versions) in new[] { (1, 10), (1000, 10), (1, 1000), (1, 10_000) })
    {
        var root = scratch.Registry(string.Create(CultureInfo.InvariantCulture, $"f{families}v{versions}"), families, versions);
        var size = string.Create(CultureInfo.InvariantCulture, $"{families} families × {versions} versions");
        Print(Measured.Command($"`modelreg resolve resnet18 1.5.0`, {size}", 15, root, modelreg, ["resolve", "resnet18", "1.5.0"]));
        Print(Measured.Command($"`modelreg resolve resnet18 best`, {size}", 15, root, modelreg, ["resolve", "resnet18", "best"]));
    }
}

if (wanted.Contains("register"))
{
    foreach (var versions in new[] { 1, 1000, 10_000 })
    {
        var root = scratch.Registry(string.Create(CultureInfo.InvariantCulture, $"reg{versions}"), 1, versions);
        Scratch.Run(root, "git", "add", "registry");
        Scratch.Run(root, "git", "commit", "--quiet", "-m", "registry");
        var file = Path.Combine(root, "small.safetensors");
        var count = 0;
        Print(Measured.Command(string.Create(CultureInfo.InvariantCulture, $"`modelreg register` of 100 kB, {versions} versions"), 9, root, modelreg, ["register", "--name", "resnet18", "--file", file, "--metric", "accuracy=0.5"], () => SmallSafetensors(file, count++)));
    }
}

if (wanted.Contains("large"))
{
    var source = Path.Combine(scratch.Root, "large.bin");
    WriteRandom(source, 1L << 30);
    var copy = Path.Combine(scratch.Root, "copy.bin");
    Print(Measured.Command("`openssl dgst -sha256` of 1 GiB", 5, scratch.Root, "openssl", ["dgst", "-sha256", source]));
    Print(Measured.Command("`cp` of 1 GiB", 5, scratch.Root, "cp", [source, copy], () => File.Delete(copy)));
    File.Delete(copy);
    foreach (var link in new[] { false, true })
    {
        var run = 0;
        string[] arguments = ["register", "--registry", "", "--name", "large", "--file", source + ":weights", "--allow-unsafe", .. link ? new[] { "--link" } : []];
        var figure = Measured.Command(link ? "`modelreg register --link` of 1 GiB" : "`modelreg register` of 1 GiB", 5, scratch.Root, modelreg, arguments, () =>
        {
            var root = scratch.Repository(string.Create(CultureInfo.InvariantCulture, $"large-{link}-{run}"));
            Scratch.Run(root, modelreg, "init");
            if (run > 0) Remove(Path.Combine(scratch.Root, string.Create(CultureInfo.InvariantCulture, $"large-{link}-{run - 1}")));
            arguments[2] = root;
            run++;
        });
        Print(figure);
        Remove(Path.Combine(scratch.Root, string.Create(CultureInfo.InvariantCulture, $"large-{link}-{run - 1}")));
    }

    if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(source, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    var lfs = 0;
    var directory = "";
    Print(Measured.Command("`git add` + `git commit` of 1 GiB with Git LFS", 5, scratch.Root, "sh", ["-c", "cd \"$(cat lfs-current)\" && git add large.bin && git commit --quiet -m large"], () =>
    {
        if (directory.Length > 0) Remove(directory);
        directory = scratch.Repository(string.Create(CultureInfo.InvariantCulture, $"lfs-{lfs++}"));
        File.WriteAllText(Path.Combine(directory, ".gitattributes"), "*.bin filter=lfs diff=lfs merge=lfs -text\n");
        File.Copy(source, Path.Combine(directory, "large.bin"));
        File.WriteAllText(Path.Combine(scratch.Root, "lfs-current"), directory);
    }));
}

return 0;

static void Print(Measured.Figure figure) => Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"| {figure.What} | {figure.Median * 1000:0} | {figure.Min * 1000:0} | {figure.Max * 1000:0} | {figure.PeakMegabytes} | {figure.Runs} |"));

static void SmallSafetensors(string path, int seed)
{
    const int count = 25_000;
    var header = System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$$"""{"w":{"dtype":"F32","shape":[{{{count}}}],"data_offsets":[0,{{{count * 4}}}]}}"""));
    using var file = File.Create(path);
    file.Write(BitConverter.GetBytes((long)header.Length));
    file.Write(header);
    var data = new byte[count * 4];
    new Random(seed).NextBytes(data);
    file.Write(data);
}

static void WriteRandom(string path, long length)
{
    using var file = File.Create(path);
    var block = new byte[1 << 20];
    var random = new Random(1);
    for (var written = 0L; written < length; written += block.Length)
    {
        random.NextBytes(block);
        file.Write(block);
    }
}

static void Remove(string directory)
{
    foreach (var file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Where(f => (File.GetAttributes(f) & FileAttributes.ReadOnly) != 0))
        File.SetAttributes(file, FileAttributes.Normal);
    Directory.Delete(directory, recursive: true);
}
