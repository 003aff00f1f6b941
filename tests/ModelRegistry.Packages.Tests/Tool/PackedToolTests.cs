using System.IO.Compression;
using System.Text.RegularExpressions;
using ModelRegistry.Packages.Tests.Harness;

namespace ModelRegistry.Packages.Tests.Tool;

/// <summary>The native command and the one for every platform are the same command.</summary>
[Collection(PackedFeedCollection.Name)]
public sealed partial class PackedToolTests(PackedTool tool) : IClassFixture<PackedTool>, IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("mr-tool-home-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [NativeToolFact]
    public void Install_OnAPlatformWithANativePackage_GetsExecutablesAlone()
    {
        Assert.NotNull(tool.Native);
        Assert.Equal(["DotnetToolSettings.xml", "libSkiaSharp.so", "modelreg", "modelreg-x86-64-v3"], Directory.EnumerateFiles(tool.Native).Select(Path.GetFileName).Where(f => !f!.StartsWith("libgit2", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal([0x7f, (byte)'E', (byte)'L', (byte)'F'], File.ReadAllBytes(Path.Combine(tool.Native, "modelreg"))[..4]);
        Assert.Contains($"ModelRegistry.Tool.linux-x64.{PackedFeed.Version}.nupkg", tool.Packages.Select(Path.GetFileName));
    }

    [Fact]
    public void Pack_OfEachPlatform_HasReadmeIconLicenceAndRepository() => Assert.All(tool.Packages, path =>
    {
        using var package = ZipFile.OpenRead(path);
        PackageMetadata.AssertComplete(package);
    });

    [Fact]
    public void Install_OnAnyOtherPlatform_GetsTheCommandThatRunsOnDotnet()
    {
        Assert.True(File.Exists(Path.Combine(tool.Portable, "modelreg.dll")));
        Assert.True(File.Exists(Path.Combine(tool.Portable, "ModelRegistry.Verification.dll")));
        Assert.Equal(PackedFeed.Version, Portable("--version").Output.Split('+')[0].Trim());
    }

    [NativeToolFact]
    public void Help_OfEveryCommand_IsTheSameInBoth()
    {
        var help = Native("--help").Output;
        var commands = CommandName().Matches(help[help.IndexOf("Commands:", StringComparison.Ordinal)..]).Select(m => m.Groups[1].Value).ToList();

        Assert.InRange(commands.Count, 18, 100);
        Assert.Equal(help, Portable("--help").Output);
        Assert.All(commands, command => Assert.Equal(Native(command, "--help"), Portable(command, "--help")));
    }

    [NativeToolFact]
    public void Commands_PrintTheSameDocumentsByteForByte()
    {
        Write();
        string[][] reading =
        [
            ["list", "--json"], ["list", "digits", "--json"], ["show", "digits", "--json"], ["resolve", "digits", "best", "--json"], ["resolve", "digits", "^1.0"],
            ["inspect", "digits", "--json"], ["inspect", "digits", "--layers"], ["scan", "digits", "model.safetensors", "--json"], ["architectures", "--json"], ["architectures", "mlp"],
            ["compare", "digits", "1.0.0", "1.1.0", "--layers", "--json"], ["log", "--json"], ["lineage", "digits", "--json"], ["doctor", "--json"], ["pull", "digits", "--output", "out", "--json"],
            ["completion", "bash"], ["list"], ["show", "digits"], ["log"], ["lineage", "digits"], ["compare", "digits", "1.0.0", "1.1.0"],
            ["resolve", "digit"], ["resolve", "digits", "9.9.9"], ["nonsense"], ["show"], ["[suggest:21]", "modelreg show digits/"],
        ];
        Assert.All(reading, arguments => Assert.Equal(Native(arguments), Portable(arguments)));

        // A converted file says where it is; times differ from run to run.
        Assert.Equal(Native("convert", "model.safetensors", "copy.pth", "--overwrite", "--json"), Portable("convert", "model.safetensors", "copy.pth", "--overwrite", "--json"));
        Assert.Equal(Untimed(Native("verify", "digits", "--no-record", "--json")), Untimed(Portable("verify", "digits", "--no-record", "--json")));
    }

    [NativeToolFact]
    public void Verify_AJpeg_IsTheSameInBoth()
    {
        Write();
        // Four grey pixels for the network's four inputs.
        File.WriteAllBytes(Path.Combine(Root, "dots.jpg"), Convert.FromBase64String("/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//wAALCAACAAIBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAABv/EABwQAAMAAgMBAAAAAAAAAAAAAAECAwYRAAQFQf/aAAgBAQAAPwB7jtKWxvy62dqUfpyZ3Y7LEoNkn6ef/9k="));
        string[] verify = ["verify", "digits", "--image", "dots.jpg", "--no-record", "--json"];
        var portable = Portable(verify);

        Assert.True(portable.ExitCode == 0, portable.Output);
        Assert.Contains("dots.jpg gives float32[1, 3]", portable.Output, StringComparison.Ordinal);
        Assert.Equal(Untimed(portable), Untimed(Native(verify)));
    }

    [NativeToolFact]
    public void WritingCommands_OfBoth_LeaveTheSameRegistry()
    {
        Write();
        var native = Tree();
        Directory.Delete(Path.Combine(_home, "repository"), recursive: true);
        Write(portable: true);

        Assert.Equal(native, Tree());
    }

    private void Write(bool portable = false)
    {
        var root = Directory.CreateDirectory(Path.Combine(_home, "repository")).FullName;
        Assert.Equal(0, Dotnet.Run("git", root, ["init", "-q", "-b", "main"], Environment_).ExitCode);
        File.WriteAllBytes(Path.Combine(root, "model.safetensors"), Weights());
        string[][] writing =
        [
            ["init", "--json"],
            ["register", "--name", "digits", "--file", "model.safetensors", "--metric", "accuracy=0.9", "--input-shape", "x=float32:-1x4", "--architecture", "mlp", "--hyperparameter", "lr=0.1", "--json"],
            ["register", "--name", "digits", "--file", "model.safetensors", "--metric", "accuracy=0.95", "--input-shape", "x=float32:-1x4", "--architecture", "mlp", "--parent", "digits/1.0.0", "--json"],
            ["promote", "digits", "1.0.0", "production", "--reason", "first", "--json"],
            ["verify", "digits", "1.1.0", "--json"],
            ["yank", "digits/1.0.0", "--replacement", "1.1.0", "--json"],
        ];
        foreach (var arguments in writing)
        {
            var result = portable ? Portable(arguments) : Native(arguments);
            Assert.True(result.ExitCode == 0, result.Output);
        }
    }

    // Everything in the registry but the moments at which it was written, the commits that hold those, and what a verification measured.
    private string Tree() => string.Join('\n', Directory.EnumerateFiles(Path.Combine(_home, "repository", "registry"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(file => $"{Path.GetRelativePath(_home, file)}\n{Measured().Replace(Moment().Replace(File.ReadAllText(file), "TIME"), "")}"));

    private static ProcessResult Untimed(ProcessResult result) => result with { Output = Timings().Replace(result.Output, "") };

    private ProcessResult Native(params string[] arguments) => Dotnet.Run(Path.Combine(tool.Native!, "modelreg"), Root, arguments, Environment_);

    private ProcessResult Portable(params string[] arguments) => Dotnet.Run(Dotnet.Host, Root, [Path.Combine(tool.Portable, "modelreg.dll"), .. arguments], Environment_);

    private string Root => Directory.CreateDirectory(Path.Combine(_home, "repository")).FullName;

    private Dictionary<string, string?> Environment_ => new()
    {
        ["HOME"] = _home,
        ["MODELREG_CACHE"] = Path.Combine(_home, "cache"),
        ["GIT_CONFIG_GLOBAL"] = GitConfig(),
        ["GIT_CONFIG_NOSYSTEM"] = "1",
        ["GIT_AUTHOR_DATE"] = "2026-01-01T00:00:00Z",
        ["GIT_COMMITTER_DATE"] = "2026-01-01T00:00:00Z",
        ["TERM"] = "dumb",
    };

    private string GitConfig()
    {
        var path = Path.Combine(_home, "gitconfig");
        if (!File.Exists(path)) File.WriteAllText(path, "[user]\n\tname = Test Author\n\temail = author@example.org\n");
        return path;
    }

    // Two layers of a perceptron: 4 inputs, 3 outputs, in safetensors.
    private static byte[] Weights()
    {
        var header = System.Text.Encoding.UTF8.GetBytes("""{"fc1.weight":{"dtype":"F32","shape":[5,4],"data_offsets":[0,80]},"fc1.bias":{"dtype":"F32","shape":[5],"data_offsets":[80,100]},"fc2.weight":{"dtype":"F32","shape":[3,5],"data_offsets":[100,160]},"fc2.bias":{"dtype":"F32","shape":[3],"data_offsets":[160,172]}}""");
        var data = new byte[172];
        for (var i = 0; i < 43; i++) BitConverter.TryWriteBytes(data.AsSpan(4 * i), (i % 7 / 8f) - 0.25f);
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. data];
    }

    [GeneratedRegex(@"^  ([a-z][a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex CommandName();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT[\d:.]+Z")]
    private static partial Regex Moment();

    [GeneratedRegex("\"timings\": \\{[^}]*\\}|\"detail\": \"[^\"]*\"|\\b[0-9a-f]{40}\\b")]
    private static partial Regex Measured();

    [GeneratedRegex("\"timings\": \\{[^}]*\\}|\\d+(\\.\\d+)? ms")]
    private static partial Regex Timings();
}
