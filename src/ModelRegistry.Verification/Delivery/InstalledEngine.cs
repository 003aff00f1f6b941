using System.Collections.Immutable;
using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Shared;

namespace ModelRegistry.Verification.Delivery;

/// <summary>An engine in the per-user cache.</summary>
/// <param name="Engine">Its name.</param>
/// <param name="Version">The version of its library with that of the native runtime; null where the folder does not say.</param>
/// <param name="Folder">The folder that holds it.</param>
/// <param name="Program">The file that is started.</param>
/// <param name="Formats">The formats that it loads.</param>
/// <param name="Release">Which host it is; null for one that was published by hand.</param>
public sealed record InstalledEngine(string Engine, string? Version, string Folder, string Program, ImmutableArray<string> Formats, string? Release)
{
    /// <summary>The engines of a cache that run on this platform, by name; of one engine the newest version.</summary>
    /// <remarks>One stands in <c>engines/NAME/VERSION</c>, or published by hand in <c>engines/NAME</c>. A folder that says nothing sensible is passed over.</remarks>
    /// <param name="cacheDirectory">The per-user cache; null for none.</param>
    public static IReadOnlyList<InstalledEngine> In(string? cacheDirectory)
    {
        var folder = cacheDirectory is null ? null : Path.Combine(cacheDirectory, EngineInstaller.FolderName);
        if (folder is null || !Directory.Exists(folder)) return [];
        return [.. Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal).Select(Newest).OfType<InstalledEngine>()];
    }

    /// <summary>How it is started.</summary>
    public EngineHost Host => EngineHost.At(Engine, Path.Combine(Folder, Program)) with { Formats = Formats };

    private static InstalledEngine? Newest(string folder)
    {
        var name = Path.GetFileName(folder);
        return Read(name, folder) ?? Directory.EnumerateDirectories(folder).Select(version => Read(name, version)).OfType<InstalledEngine>().MaxBy(engine => System.Version.TryParse(engine.Version?.Split(' ')[0], out var version) ? version : new Version());
    }

    /// <summary>The engine that a folder holds, wherever that is.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="ModelRegistryException">MR0655: it holds none, or one for another platform.</exception>
    public static InstalledEngine At(string folder) =>
        Read(null, Path.GetFullPath(folder)) ?? throw VerificationCodes.NoEngineThere.Error($"{SafeText.OneLine(folder)} holds no engine for {EngineSource.CurrentPlatform}", $"name the folder that has the engine's program and its {EngineEntry.FileName}");

    internal static InstalledEngine? Read(string? engine, string folder)
    {
        try
        {
            var entry = JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(folder, EngineEntry.FileName)), VerificationJson.Default.EngineEntry);
            // A program elsewhere, or an engine that calls itself otherwise than its folder, is not what was published here.
            return entry is { Program: { } program } && entry.Engine == (engine ?? entry.Engine) && Path.GetFileName(program) == program && File.Exists(Path.Combine(folder, program)) && (entry.Platform ?? EngineSource.CurrentPlatform) == EngineSource.CurrentPlatform
                ? new InstalledEngine(entry.Engine, entry.Version, folder, program, entry.Formats.IsDefault ? [] : entry.Formats, entry.Release)
                : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
