using System.Collections.Immutable;
using ModelRegistry.Diagnostics;
using ModelRegistry.Inference;
using ModelRegistry.Shared;
using ModelRegistry.Verification.Delivery;

namespace ModelRegistry.Verification;

/// <summary>The engines that can be chosen, by name. No engine is known to the code that uses them but through this.</summary>
public sealed class EngineCatalogue
{
    private const string OnnxRuntime = "onnxruntime";
    private const string TorchSharp = "torchsharp";

    private readonly ImmutableArray<EngineHost> _hosts;

    private EngineCatalogue(ImmutableArray<EngineHost> hosts) => _hosts = hosts;

    /// <summary>What comes with the product: the managed engine.</summary>
    public static EngineCatalogue BuiltIn { get; } = new([EngineHost.Managed]);

    /// <summary>What comes with the product, and what is installed in the per-user cache.</summary>
    /// <param name="cacheDirectory">The per-user cache; null for none.</param>
    public static EngineCatalogue Installed(string? cacheDirectory) => InstalledEngine.In(cacheDirectory).Aggregate(BuiltIn, (catalogue, engine) => catalogue.With(engine.Host));

    /// <summary>All hosts; the managed one first.</summary>
    public IReadOnlyList<EngineHost> Hosts => _hosts;

    /// <summary>The same with one more; it takes the place of one with its name.</summary>
    public EngineCatalogue With(EngineHost host) => new([.. _hosts.Where(h => h.Engine != host.Engine), host]);

    /// <summary>The host of an engine.</summary>
    /// <exception cref="ModelRegistryException">MR0641: no engine has the name; MR0654: it is not installed.</exception>
    public EngineHost Get(string engine) =>
        Find(engine)
        ?? throw (engine is OnnxRuntime or TorchSharp ? Missing($"the engine {engine}", engine) : VerificationCodes.UnknownEngine.Error($"there is no engine '{SafeText.OneLine(engine)}'", $"there is {string.Join(" and ", _hosts.Select(h => h.Engine))}; docs/engines.md says how an engine is added"));

    /// <summary>The engine for a model where nobody names one: that which will most likely serve it.</summary>
    /// <exception cref="ModelRegistryException">MR0654: it is not installed, and no other can do it.</exception>
    public EngineHost For(Manifest manifest)
    {
        var native = NativeFor(manifest.Weights.Format);
        return (native is null ? null : Find(native))
            ?? (native is null || RunsManaged(manifest) ? Get(ManagedEngine.EngineName) : throw Missing($"a model in the format {manifest.Weights.Format} is run by the engine {native}, which", native));
    }

    /// <summary>Every engine that can run a model, the managed one first.</summary>
    /// <exception cref="ModelRegistryException">MR0654: none can.</exception>
    public IReadOnlyList<EngineHost> AllFor(Manifest manifest)
    {
        var format = manifest.Weights.Format;
        var able = _hosts.Where(host => host.Engine == ManagedEngine.EngineName ? RunsManaged(manifest) : format is not null && host.Formats.Contains(format)).ToList();
        return able.Count > 0 ? able : [For(manifest)];
    }

    private EngineHost? Find(string engine) => _hosts.FirstOrDefault(h => h.Engine == engine);

    // ONNX and TorchScript carry a network of their own, which the managed engine does not run.
    private static string? NativeFor(string? format) => format switch
    {
        "onnx" => OnnxRuntime,
        "torchscript" => TorchSharp,
        _ => null,
    };

    private static bool RunsManaged(Manifest manifest) => manifest.Weights.Format switch
    {
        "onnx" => false,
        "torchscript" => manifest.Files.Any(file => file.Role == FileRoles.Architecture) || (manifest.Architecture is { } name && Architecture.BuiltIn.Contains(name)),
        _ => true,
    };

    private static ModelRegistryException Missing(string what, string engine) =>
        VerificationCodes.EngineMissing.Error($"{what} is not installed", $"'modelreg engine add {engine}' installs it for this user");
}
