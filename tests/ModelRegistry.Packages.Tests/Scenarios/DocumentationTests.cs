using System.Diagnostics;
using System.Text.Json;
using ModelRegistry.Packages.Tests.Harness;

namespace ModelRegistry.Packages.Tests.Scenarios;

/// <summary>What a reader copies first from a page works.</summary>
[Collection(PackedFeedCollection.Name)]
public sealed class DocumentationTests(PackedFeed feed) : IDisposable
{
    private static readonly string Samples = Path.Combine(PackedFeed.RepositoryRoot, "samples", "digits", "resnet18-improved");
    private readonly Workspace _work = new(feed);

    public void Dispose() => _work.Dispose();

    [Fact]
    public void MSBuildPage_FirstSnippets_BuildAndRun()
    {
        RegisterDigits("digits-resnet18");
        var items = Snippet("msbuild.md", "xml");
        _work.WriteProject("App/App.csproj", Inner(items).Replace(Workspace.PackageReference, "", StringComparison.Ordinal), "<OutputType>Exe</OutputType>");
        _work.Write("App/Program.cs", Snippet("msbuild.md", "csharp"));
        Assert.Contains(Workspace.PackageReference, items, StringComparison.Ordinal);

        _work.Dotnet("build", "App");

        Assert.Equal("1.0.0", _work.TryDotnet(["App/bin/Debug/net10.0/App.dll"]).Output.Trim());
    }

    [Fact]
    public void MSBuildPage_ShapeCheck_Compiles()
    {
        RegisterDigits("digits-resnet18");
        _work.WriteProject("App/App.csproj", """<ModelReference Include="digits-resnet18" />""", "<OutputType>Exe</OutputType>");
        _work.Write("App/Program.cs", Snippet("msbuild.md", "csharp", after: "## Generated code") + "Console.WriteLine(ModelTakesGreyImages);");

        _work.Dotnet("build", "App");
    }

    [Fact]
    public void CommandPage_FirstSnippet_RegistersResolvesAndLists()
    {
        File.WriteAllBytes(_work.In("digits.safetensors"), OneTensor());

        var said = Shell(_work, Snippet("cli.md", "sh") + "test -f \"$weights\"");

        using var document = JsonDocument.Parse(said[said.IndexOf("{\n", StringComparison.Ordinal)..]);
        Assert.Equal("1.0.0", document.RootElement.GetProperty("versions")[0].GetProperty("version").GetString());
    }

    [Fact]
    public void PerformancePage_FirstSnippet_TimesEachCommand() =>
        Assert.Equal(3, Shell(_work, Snippet("performance.md", "sh")).Split('\n').Count(line => line.StartsWith("real", StringComparison.Ordinal)));

    [Fact]
    public void GuidePage_FirstSnippet_Runs()
    {
        using var bare = new Workspace(feed, withRegistry: false);
        Directory.CreateDirectory(bare.In("my-repository"));
        bare.GitIn(bare.In("my-repository"), "init", "--quiet");
        bare.GitIn(bare.In("my-repository"), "config", "user.email", "test@example.org");
        bare.GitIn(bare.In("my-repository"), "config", "user.name", "Test");

        Shell(bare, Snippet("guide.md", "sh"));

        Assert.True(File.Exists(bare.In("my-repository", "registry", "registry.json")));
    }

    [Fact]
    public void VerificationPage_FirstSnippet_Runs()
    {
        RegisterDigits("resnet18");
        File.Copy(Path.Combine(Samples, "digits-resnet18.pth"), _work.In("model.pth"));
        Directory.CreateDirectory(_work.In("downloads"));
        File.Copy(Path.Combine(Samples, "digits-resnet18.pth"), _work.In("downloads", "other.pth"));

        Assert.Contains("safe", Shell(_work, Snippet("verification.md", "sh")), StringComparison.Ordinal);
    }

    [Fact]
    public void TrustPage_FirstSnippets_MakeAKeySignAndCheck()
    {
        RegisterDigits("resnet18");
        RegisterDigits("resnet18", accuracy: 0.99);

        var said = Shell(_work, Snippet("trust.md", "sh") + Snippet("trust.md", "sh", after: "openssl pkey -in vision.pem -pubout -out vision.pub.pem"));

        Assert.Matches("(?m)^resnet18/1.1.0 is signed by vision.pub.pem \\([0-9a-f]{16}\\)$", said);
    }

    [Fact]
    public void TeamsPage_FirstSnippet_SaysWhatASyncSays()
    {
        var (remote, other) = (_work.Beside("remote.git"), _work.Beside("other"));
        _work.Git("init", "--quiet", "--bare", "--initial-branch=main", remote);
        _work.Git("remote", "add", "origin", remote);
        _work.Git("push", "--quiet", "origin", "main");
        _work.Git("clone", "--quiet", remote, other);
        foreach (var (key, value) in new[] { ("user.name", "Other"), ("user.email", "other@example.org") }) _work.GitIn(other, "config", key, value);
        var theirs = new RegistryFolder(other, _work.Cache, open: true);
        for (var i = 0; i < 3; i++) theirs.Register("m", $"theirs {i}", 0.9);
        theirs.Promote("m", "1.0.0", "production");
        _work.GitIn(other, "push", "--quiet");
        _work.Models.Register("m", "ours", 0.9);
        for (var i = 0; i < 2; i++) _work.Models.Register("k", $"ours {i}", 0.9);
        _work.Models.Promote("k", "1.0.0", "production");

        var sync = Snippet("teams.md", "text", "## Sync");
        AssertTranscript(sync, Shell(_work, Commands(sync)));
    }

    [Fact]
    public void TeamsPage_FirstSnippets_ShareAVersionBetweenTwoClones()
    {
        var (remote, share, ann, bob) = (_work.Beside("models.git"), _work.Beside("share"), _work.Beside("ann"), _work.Beside("bob"));
        _work.Git("init", "--quiet", "--bare", "--initial-branch=main", remote);
        foreach (var folder in new[] { share, ann, bob }) Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(ann, "m.safetensors"), OneTensor());
        File.WriteAllText(Path.Combine(ann, "registry.json"), Snippet("teams.md", "json", "## Start").Replace("/mnt/team/models", share, StringComparison.Ordinal));
        var (start, shared) = (Snippet("teams.md", "text", "## Start"), Snippet("teams.md", "text", "```json"));
        string Typed(string transcript, string who) => string.Join('\n', transcript.Split('\n').Where(line => line.StartsWith(who + "$ ", StringComparison.Ordinal)).Select(line => line[(who.Length + 2)..]))
            .Replace("git@git.example.org:team/models.git", $"'{remote}'", StringComparison.Ordinal);

        var said = Shell(
            _work,
            $"cd '{ann}'\n{Typed(start, "ann")}\ncp ../registry.json registry/\ncp ../m.safetensors .\n{Typed(shared, "ann")}\nrm -rf models\ncd '{bob}'\n{Typed(shared, "bob")}",
            ("GIT_AUTHOR_NAME", "Ann"), ("GIT_AUTHOR_EMAIL", "ann@example.org"), ("GIT_COMMITTER_NAME", "Ann"), ("GIT_COMMITTER_EMAIL", "ann@example.org"));

        Assert.Contains("pushed 2 commits to main, received 0", said, StringComparison.Ordinal);
        Assert.Contains("registered m/1.0.0: 1 file", said, StringComparison.Ordinal);
        Assert.True(File.Exists(said.Split('\n').Single(line => line.Contains("/blobs/sha256/", StringComparison.Ordinal))), said);
    }

    [Fact]
    public void EnginesPage_FirstSnippet_InstallsAndLists()
    {
        var page = Snippet("engines.md", "text").Replace("/home/you/.cache/modelreg", _work.Cache, StringComparison.Ordinal);

        AssertTranscript(page, Shell(_work, Commands(page), ("NUGET_PACKAGES", PackedFeed.MachinePackages)));
    }

    [Fact]
    public async Task DashboardPage_EachLineOfItsFirstSnippet_Runs()
    {
        RegisterDigits("digits");
        var lines = Snippet("dashboard.md", "console").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('#')[0].Trim()).ToList();
        Assert.Equal(5, lines.Count);
        await Task.WhenAll(lines.Where(line => line.StartsWith("modelreg serve", StringComparison.Ordinal)).Select(line => line.Split(' ')[1..]).Select(arguments => Task.Run(async () =>
        {
            if (arguments.Contains("--export"))
            {
                Shell(_work, $"modelreg {string.Join(' ', arguments)}");
                Assert.True(File.Exists(_work.In(arguments[^1], "index.html")));
            }
            else
            {
                Assert.Contains("digits", await FirstPage(arguments), StringComparison.Ordinal);
            }
        })));

        Assert.Equal("./build.sh --target=Dashboard", lines[^1]);
        Assert.Contains(Directory.EnumerateFiles(Path.Combine(PackedFeed.RepositoryRoot, "build"), "*.cake"), script => File.ReadAllText(script).Contains("Task(\"Dashboard\")", StringComparison.Ordinal));
    }

    private async Task<string> FirstPage(string[] arguments)
    {
        var start = new ProcessStartInfo(Dotnet.Modelreg, [.. arguments, "--port", "0", "--json"]) { WorkingDirectory = _work.Root, RedirectStandardOutput = true };
        start.Environment["MODELREG_CACHE"] = _work.Cache;
        start.Environment["DOTNET_HOST_PATH"] = Dotnet.Host;
        using var process = Process.Start(start)!;
        try
        {
            var line = await process.StandardOutput.ReadLineAsync();
            Assert.True(line is not null, $"'modelreg {string.Join(' ', arguments)}' ended before it told its address");
            using var told = JsonDocument.Parse(line);
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
            return await client.GetStringAsync(new Uri(told.RootElement.GetProperty("address").GetString()!));
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
    }

    private void RegisterDigits(string name, double accuracy = 0.984) => _work.Models.Open().Register(new RegistrationRequest
    {
        Name = ModelName.Parse(name),
        Files = [new FileToRegister(Path.Combine(Samples, "digits-resnet18.pth")), new FileToRegister(Path.Combine(Samples, "labels.txt"))],
        Inputs = [new TensorSpec { Name = "x", Shape = [-1, 1, 28, 28] }],
        Metrics = new Dictionary<string, double> { ["accuracy"] = accuracy },
    });

    /// <summary>A safetensors file of one number.</summary>
    private static byte[] OneTensor()
    {
        var header = """{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"""u8;
        return [.. BitConverter.GetBytes((ulong)header.Length), .. header, 0, 0, 128, 63];
    }

    private static string Shell(Workspace work, string script, params (string Name, string? Value)[] environment)
    {
        var (code, output) = work.TryRun("bash", ["-euc", $"modelreg() {{ '{Dotnet.Modelreg}' \"$@\"; }}\n{script}"], environment);
        Assert.True(code == 0, output);
        return output;
    }

    /// <summary>The lines of a transcript that somebody typed.</summary>
    private static string Commands(string transcript) => string.Join('\n', transcript.Split('\n').Where(line => line.StartsWith("$ ", StringComparison.Ordinal)).Select(line => line[2..]));

    /// <summary>What the page shows was said, in its order; a machine may say more, such as what an old system lacks.</summary>
    private static void AssertTranscript(string transcript, string said)
    {
        var lines = new Queue<string>(said.Split('\n').Select(Words));
        foreach (var expected in transcript.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("$ ", StringComparison.Ordinal)).Select(Words))
        {
            while (lines.Count > 0 && lines.Peek() != expected) lines.Dequeue();
            Assert.True(lines.TryDequeue(out _), $"'{expected}' is not in:\n{said}");
        }
    }

    // The columns of a table are as wide as what stands in them.
    private static string Words(string line) => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static string Inner(string items) => items.Replace("<ItemGroup>", "", StringComparison.Ordinal).Replace("</ItemGroup>", "", StringComparison.Ordinal);

    /// <summary>The first block of a language on a page, or the first after a line.</summary>
    private static string Snippet(string page, string language, string after = "")
    {
        var lines = File.ReadAllLines(Path.Combine(PackedFeed.RepositoryRoot, "docs", page)).SkipWhile(line => after.Length > 0 && line != after);
        var snippet = lines.SkipWhile(line => line != "```" + language).Skip(1).TakeWhile(line => line != "```").ToList();
        Assert.NotEmpty(snippet);
        return string.Join('\n', snippet) + "\n";
    }
}
