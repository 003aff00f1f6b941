using System.Collections.Immutable;
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

    /// <summary>All hosts; the managed one first.</summary>
    public IReadOnlyList<EngineHost> Hosts => _hosts;

    /// <summary>The same with one more; it takes the place of one with its name.</summary>
    public EngineCatalogue With(EngineHost host) => new([.. _hosts.Where(h => h.Engine != host.Engine), host]);

    /// <summary>The host of an engine.</summary>
    /// <exception cref="ModelRegistryException">MR0641: no engine has the name.</exception>
    public EngineHost Get(string engine) =>
        _hosts.FirstOrDefault(h => h.Engine == engine)
        ?? throw VerificationCodes.UnknownEngine.Error($"there is no engine '{SafeText.OneLine(engine)}'", $"use {string.Join(" or ", _hosts.Select(h => h.Engine))}");
}
