using System.IO.Compression;
using System.Reflection;

namespace ModelRegistry.Packages.Tests.Harness;

/// <summary>The packages, packed once for the whole run, in a feed of their own; that of the tasks also unpacked, for projects that import its targets directly.</summary>
public sealed class PackedFeed : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("mr-feed-").FullName;

    public PackedFeed()
    {
        Feed = Directory.CreateDirectory(Path.Combine(_root, "feed")).FullName;
        // One process for all of them: looking at the projects is what takes the time.
        var packed = Dotnet.Run(
            Dotnet.Host, RepositoryRoot,
            ["pack", Path.Combine("build", "packages.slnf"), "--no-build", "-p:BuildProjectReferences=false", "-c", Configuration, "-o", Feed, "-nologo", "-nodeReuse:false"],
            new Dictionary<string, string?>());
        Assert.True(packed.ExitCode == 0, packed.Output);
        Packed = [.. Directory.EnumerateFiles(Feed, "*.nupkg").Order(StringComparer.Ordinal)];
        Package = Path.Combine(_root, "package");
        ZipFile.ExtractToDirectory(Path.Combine(Feed, $"ModelRegistry.MSBuild.{Version}.nupkg"), Package);
    }

    public static string RepositoryRoot => Metadata("RepositoryRoot");

    public static string Version => Metadata("PackageVersion");

    /// <summary>The packages of this machine, among them those that this project references.</summary>
    public static string MachinePackages => Metadata("MachinePackages");

    public static string Configuration => Metadata("Configuration");

    public string Feed { get; }

    /// <summary>The packages of this repository in the feed; tests add some of their own.</summary>
    public IReadOnlyList<string> Packed { get; }

    /// <summary>The unpacked package.</summary>
    public string Package { get; }

    /// <summary>The packages folder that all consumers of a run share.</summary>
    public string Packages => Path.Combine(_root, "packages");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static string Metadata(string key) =>
        typeof(PackedFeed).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}

/// <summary>One scenario at a time: each is a build that uses every core.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class PackedFeedCollection : ICollectionFixture<PackedFeed>
{
    public const string Name = "packed";
}
