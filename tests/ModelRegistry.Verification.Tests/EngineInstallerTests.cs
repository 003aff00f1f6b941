using System.Net;
using System.Net.Sockets;
using System.Xml.Linq;
using ModelRegistry.Diagnostics;
using ModelRegistry.Verification.Delivery;

namespace ModelRegistry.Verification.Tests;

/// <summary>Engines are installed from what a release brings, whole or not at all.</summary>
public sealed class EngineInstallerTests : IDisposable
{
    private const string Engine = "onnxruntime";

    private static readonly string Release = Path.Combine(AppContext.BaseDirectory, "engines");

    private readonly string _folder = Directory.CreateTempSubdirectory("modelreg-engines-").FullName;

    private string Cache => Path.Combine(_folder, "cache");

    private EngineInstaller Installer => new(Release, Cache);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Add_ByTwoAtOnceAndWithoutASource_InstallsOnceFromTheCacheOfPackages_AndTheEngineVerifies()
    {
        var nowhere = Configuration("");
        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => Installer.Add(Engine, nowhere))));

        Assert.Single(both, one => one.Created);
        var installed = Assert.Single(Installer.Installed);
        Assert.Matches(@"^1\.[0-9]+\.[0-9]+ \(1\.[0-9]+\.[0-9]+\)$", installed.Version);
        Assert.Equal($"{installed.Version!.Split(' ')[0]}-{installed.Version.Split(' ')[0]}-{EngineSource.CurrentPlatform}", Path.GetFileName(installed.Folder));
        Assert.Empty(Leftovers());
        var report = Hosts.Onnx("convolutional.onnx").Verify(new VerifyOptions { Engine = Engine, Engines = EngineCatalogue.Installed(Cache) });
        Assert.True(report.Passed, string.Join("; ", report.Checks.Where(c => !c.Passed)));

        Assert.True(Installer.Remove(Engine));
        Assert.False(Installer.Remove(Engine));
        Assert.Empty(Installer.Installed);
    }

    [Fact]
    public void Add_ThatIsKilled_LeavesNoEngine_AndTheNextOneBeginsAnew()
    {
        // A feed that accepts and never answers: the one that is killed is in the middle for certain.
        using var feed = new TcpListener(IPAddress.Loopback, 0);
        feed.Start();
        var silent = Configuration($"""<add key="silent" value="http://127.0.0.1:{((IPEndPoint)feed.LocalEndpoint).Port}/v3/index.json" allowInsecureConnections="true" />""");
        using (var process = InstallingProgram.Start(Release, Cache, Engine, silent, Path.Combine(_folder, "packages")))
        using (feed.AcceptTcpClient())
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        Assert.Empty(Installer.Installed);
        Assert.NotEmpty(Leftovers());

        Assert.True(Installer.Add(Engine, Configuration("")).Created);
        Assert.Empty(Leftovers());
    }

    [Fact]
    public void Add_WithNeitherPackagesNorASource_IsOneLineWithACode()
    {
        using var process = InstallingProgram.Start(Release, Cache, Engine, Configuration(""), Path.Combine(_folder, "packages"));
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.StartsWith("MR0651 a package of the engine onnxruntime is not in the cache and cannot be fetched: NU1", said, StringComparison.Ordinal);
        Assert.Single(said.TrimEnd().Split('\n'));
        Assert.Empty(Installer.Installed);
    }

    [Fact]
    public void Add_UnderAnotherHash_IsRefused()
    {
        var release = CopyOfRelease();
        var locked = Path.Combine(release, Engine, $"packages.{EngineSource.CurrentPlatform}.lock.json");
        File.WriteAllText(locked, File.ReadAllText(locked).Replace("\"contentHash\": \"", "\"contentHash\": \"AAAA", StringComparison.Ordinal));

        var failure = Assert.Throws<ModelRegistryException>(() => new EngineInstaller(release, Cache).Add(Engine, Configuration("")));

        Assert.Equal("MR0652", failure.Code);
        Assert.Contains("NU1403", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Installer.Installed);
    }

    [Fact]
    public void Add_WithoutCompat_LeavesTheLibraryAsItIs_AndAnOlderSystemIsToldWhatIsMissing()
    {
        var installed = Installer.Add("torchsharp", Configuration(""), compatible: false);
        var report = Samples.Describe("resnet18-improved").Verify(new VerifyOptions { Engine = "torchsharp", Engines = EngineCatalogue.Installed(Cache), Threads = 1, Timeout = TimeSpan.FromMinutes(4) });

        Assert.False(installed.Changed);
        if (OperatingSystem.IsLinux() && !SystemLibraries.Provides(SystemLibraries.TorchSharpNeeds))
            Assert.Matches("^MR0648: TorchSharp needs GLIBCXX_3[.]4[.]32.*verify with --engine managed$", Assert.Single(report.Checks, c => !c.Passed).Detail);
        else
            Assert.True(report.Passed, string.Join("; ", report.Checks.Where(c => !c.Passed)));
    }

    [Theory]
    [InlineData("none", "MR0641")]
    [InlineData("../engines/onnxruntime", "MR0641")]
    public void Add_OfNoEngine_IsACodedError(string engine, string code) => Assert.Equal(code, Assert.Throws<ModelRegistryException>(() => Installer.Add(engine, _folder)).Code);

    [Fact]
    public void Find_ForAPlatformWithoutALock_NamesThoseThatThereAre()
    {
        var failure = Assert.Throws<ModelRegistryException>(() => EngineSource.Find(Release, "torchsharp", "linux-riscv64"));

        Assert.Equal("MR0650", failure.Code);
        Assert.Contains("linux-x64, osx-arm64, win-x64", failure.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{ "dependencies": { "net10.0": {} } }""")]
    [InlineData("""{ "dependencies": 3 }""")]
    public void Find_WhereTheLockIsNone_IsACodedError(string content)
    {
        var release = CopyOfRelease();
        File.WriteAllText(Path.Combine(release, Engine, "packages.linux-x64.lock.json"), content);

        Assert.Equal("MR0652", Assert.Throws<ModelRegistryException>(() => EngineSource.Find(release, Engine, "linux-x64")).Code);
    }

    [Fact]
    public void Remove_OfAPath_RemovesNothing()
    {
        Directory.CreateDirectory(Path.Combine(Cache, "engines"));
        Directory.CreateDirectory(Path.Combine(Cache, "store"));

        Assert.False(Installer.Remove("../store"));
        Assert.False(Installer.Remove(".."));
        Assert.False(Installer.Remove(""));
        Assert.True(Directory.Exists(Path.Combine(Cache, "store")));
    }

    [Theory]
    [InlineData("onnxruntime", 5)]
    [InlineData("torchsharp", 3)]
    public void Locks_HoldTheVersionsThatTheHostsAreBuiltAgainst(string engine, int platforms)
    {
        var central = XDocument.Load(Path.Combine(Samples.Root, "Directory.Packages.props")).Descendants("PackageVersion").ToDictionary(e => (string)e.Attribute("Include")!, e => (string)e.Attribute("Version")!);
        var locks = Directory.GetFiles(Path.Combine(Release, engine), "packages.*.lock.json");

        Assert.Equal(platforms, locks.Length);
        Assert.All(locks, file =>
        {
            var source = EngineSource.Find(Release, engine, Path.GetFileName(file).Split('.')[1]);
            Assert.All(source.Packages, package => Assert.Equal(central[package.Id], package.Version));
        });
    }

    private string[] Leftovers() => Directory.Exists(Path.Combine(Cache, "engines", ".work")) ? Directory.GetFileSystemEntries(Path.Combine(Cache, "engines", ".work")) : [];

    private string Configuration(string source)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, Path.GetRandomFileName())).FullName;
        File.WriteAllText(Path.Combine(folder, "nuget.config"), $"<configuration><packageSources><clear />{source}</packageSources></configuration>");
        return folder;
    }

    private string CopyOfRelease()
    {
        var copy = Path.Combine(_folder, "release");
        foreach (var file in Directory.EnumerateFiles(Release, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(Release, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return copy;
    }
}
