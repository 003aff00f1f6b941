using System.Collections.Immutable;
using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Shared;

namespace ModelRegistry.Verification;

/// <summary>The engines that can be chosen, by name. No engine is known to the code that uses them but through this.</summary>
public sealed class EngineCatalogue
{
    private readonly ImmutableArray<EngineHost> _hosts;

    private EngineCatalogue(ImmutableArray<EngineHost> hosts) => _hosts = hosts;

    /// <summary>What comes with the product: the managed engine.</summary>
    public static EngineCatalogue BuiltIn { get; } = new([EngineHost.Managed]);

    /// <summary>
    /// What comes with the product, and the hosts that were published into <c>engines/NAME</c> of the per-user cache: each folder there with an
    /// <c>engine.json</c> that names its program. A folder that says nothing sensible is passed over.
    /// </summary>
    /// <param name="cacheDirectory">The per-user cache; null for none.</param>
    public static EngineCatalogue Installed(string? cacheDirectory)
    {
        var folder = cacheDirectory is null ? null : Path.Combine(cacheDirectory, "engines");
        if (folder is null || !Directory.Exists(folder)) return BuiltIn;
        return Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal).Select(Read).OfType<EngineHost>().Aggregate(BuiltIn, (catalogue, host) => catalogue.With(host));
    }

    /// <summary>All hosts; the managed one first.</summary>
    public IReadOnlyList<EngineHost> Hosts => _hosts;

    /// <summary>The same with one more; it takes the place of one with its name.</summary>
    public EngineCatalogue With(EngineHost host) => new([.. _hosts.Where(h => h.Engine != host.Engine), host]);

    /// <summary>The host of an engine.</summary>
    /// <exception cref="ModelRegistryException">MR0641: no engine has the name.</exception>
    public EngineHost Get(string engine) =>
        _hosts.FirstOrDefault(h => h.Engine == engine)
        ?? throw VerificationCodes.UnknownEngine.Error($"there is no engine '{SafeText.OneLine(engine)}'", $"there is {string.Join(" and ", _hosts.Select(h => h.Engine))}; docs/engines.md says how an engine is added");

    private static EngineHost? Read(string folder)
    {
        try
        {
            var entry = JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(folder, "engine.json")), VerificationJson.Default.EngineEntry);
            // A program elsewhere, or an engine that calls itself otherwise than its folder, is not what was published here.
            return entry is { Program: { } program } && entry.Engine == Path.GetFileName(folder) && Path.GetFileName(program) == program && File.Exists(Path.Combine(folder, program))
                ? EngineHost.At(entry.Engine, Path.Combine(folder, program)) with { Formats = entry.Formats }
                : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}

/// <summary>What <c>engine.json</c> beside a published host says.</summary>
/// <param name="Engine">The engine's name.</param>
/// <param name="Program">The file that is started.</param>
/// <param name="Formats">The formats that it loads.</param>
internal sealed record EngineEntry(string Engine, string Program, ImmutableArray<string> Formats);
