using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using ModelRegistry.Shared;

namespace ModelRegistry.Verification.Delivery;

/// <summary>What a release brings of one engine for one platform: the host's own assemblies, and the lock file that names every package with its hash.</summary>
internal sealed record EngineSource
{
    /// <summary>What the release says of the engine.</summary>
    public required EngineEntry Entry { get; init; }

    /// <summary>The platform, such as <c>linux-x64</c>.</summary>
    public required string Platform { get; init; }

    /// <summary>The lock file.</summary>
    public required string LockFile { get; init; }

    /// <summary>The packages that the lock file asks for by itself, with their exact versions.</summary>
    public required ImmutableArray<(string Id, string Version)> Packages { get; init; }

    /// <summary>The version of the library, and that of the native runtime below it.</summary>
    public required (string Library, string Native) Version { get; init; }

    /// <summary>The host's assemblies, its program first.</summary>
    public required ImmutableArray<string> Assemblies { get; init; }

    /// <summary>A digest of <see cref="Assemblies"/>: a host of another release is another one.</summary>
    public required string Release { get; init; }

    /// <summary>The folder that it is installed into, below that of its engine.</summary>
    public string FolderName => $"{Version.Library}-{Version.Native}-{Platform}";

    /// <summary>The platform that this process runs on, as packages name it.</summary>
    public static string CurrentPlatform { get; } =
        (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal) ? "linux-musl" : "linux")
        + "-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    /// <summary>The engines that a release brings.</summary>
    /// <param name="release">Its folder of engines.</param>
    public static IReadOnlyList<string> Names(string release) =>
        !Directory.Exists(release) ? [] : [.. Directory.EnumerateDirectories(release).Where(folder => File.Exists(Path.Combine(folder, EngineEntry.FileName))).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    /// <summary>Finds one.</summary>
    /// <exception cref="Diagnostics.ModelRegistryException">MR0641: the release brings none of that name; MR0650: not for this platform; MR0652: its lock file is none.</exception>
    public static EngineSource Find(string release, string engine, string platform)
    {
        if (!Names(release).Contains(engine))
        {
            throw VerificationCodes.UnknownEngine.Error(
                $"there is no engine '{SafeText.OneLine(engine)}' to install",
                Names(release) is { Count: > 0 } names ? $"there is {string.Join(" and ", names)}; managed is always there" : "install the command again: the folder 'engines' is missing from it");
        }

        var folder = Path.Combine(release, engine);
        var locked = Path.Combine(folder, $"packages.{platform}.lock.json");
        if (!File.Exists(locked)) throw VerificationCodes.EngineNotForPlatform.Error($"the engine {engine} is not made for {platform}", $"verify with --engine managed; {engine} runs on {string.Join(", ", Platforms(folder))}");
        try
        {
            var entry = JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(folder, EngineEntry.FileName)), VerificationJson.Default.EngineEntry)!;
            var packages = Read(locked);
            var library = packages.Single(p => string.Equals(p.Id, entry.Library, StringComparison.OrdinalIgnoreCase));
            ImmutableArray<string> assemblies = [Path.Combine(folder, entry.Program), .. Directory.EnumerateFiles(release, "*.dll").Order(StringComparer.Ordinal)];
            return new EngineSource
            {
                Entry = entry,
                Platform = platform,
                LockFile = locked,
                Packages = [.. packages.Where(p => p.Direct).Select(p => (p.Id, p.Version))],
                Version = (library.Version, packages.First(p => p.Direct && p.Id != library.Id).Version),
                Assemblies = assemblies,
                Release = DigestOf(assemblies),
            };
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw VerificationCodes.EngineTampered.Error($"{Path.GetFileName(locked)} of the engine {engine} is no lock file", "install the command again", failure);
        }
    }

    private static IEnumerable<string> Platforms(string folder) =>
        Directory.EnumerateFiles(folder, "packages.*.lock.json").Select(file => Path.GetFileName(file).Split('.')[1]).Order(StringComparer.Ordinal);

    // The first of the targets holds every package; the second only what the platform adds.
    private static List<(string Id, string Version, bool Direct)> Read(string locked)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(locked));
        return [.. document.RootElement.GetProperty("dependencies").EnumerateObject().First().Value.EnumerateObject().Select(p =>
            (p.Name, p.Value.GetProperty("resolved").GetString()!, p.Value.GetProperty("type").GetString() == "Direct"))];
    }

    private static string DigestOf(ImmutableArray<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files) hash.AppendData(SHA256.HashData(File.ReadAllBytes(file)));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
