using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ModelRegistry.Verification.Engines;
using ModelRegistry.Verification.Hosting;

namespace ModelRegistry.Verification;

/// <summary>A program that holds engines and speaks the <see cref="EngineProtocol"/>.</summary>
/// <param name="Engine">The engine that it is started for.</param>
/// <param name="Program">The executable.</param>
/// <param name="Arguments">What comes before the protocol's own arguments.</param>
public sealed record EngineHost(string Engine, string Program, ImmutableArray<string> Arguments)
{
    /// <summary>Variables that the program needs beyond the clean environment that every child gets.</summary>
    public ImmutableSortedDictionary<string, string> Environment { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The formats that the engine loads, as manifests name them; empty where nothing is known.</summary>
    public ImmutableArray<string> Formats { get; init; } = [];

    /// <summary>
    /// The host of the managed engine: this assembly through <c>dotnet</c>, or where the command is compiled ahead of time, what
    /// <see cref="NativeHost"/> finds beside it.
    /// </summary>
    public static EngineHost Managed { get; } = RuntimeFeature.IsDynamicCodeSupported
        ? At(ManagedEngine.EngineName, Path.Combine(AppContext.BaseDirectory, "ModelRegistry.Verification.dll") is var beside && File.Exists(beside) ? beside : Location())
        : NativeHost.Managed(System.Environment.ProcessPath!);

    /// <summary>A host by the path of its program: a <c>.dll</c> is started through <c>dotnet</c>, anything else as it is.</summary>
    public static EngineHost At(string engine, string path) =>
        path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? new EngineHost(engine, DotNet(), [path]) : new EngineHost(engine, path, []);

    /// <summary>Starts the program and asks what it holds.</summary>
    /// <exception cref="Diagnostics.ModelRegistryException">MR0643: it cannot be started; MR0646: it does not answer.</exception>
    public EngineDescription Describe(CancellationToken cancellation = default) => EngineCall.Describe(this, cancellation);

    // A task's assembly stands in the package's folder, not beside MSBuild.
    [System.Diagnostics.CodeAnalysis.UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "A single-file app has the file beside it, and that is looked for first.")]
    private static string Location() => typeof(EngineHost).Assembly.Location;

    /// <summary>The <c>dotnet</c> of the runtime that runs this process: shared/Microsoft.NETCore.App/VERSION is three folders below it.</summary>
    internal static string DotNet()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var host = Path.Combine(Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")), name);
#pragma warning disable RS0030 // What the dotnet command says of itself is no setting of a registry.
        return File.Exists(host) ? host : System.Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? name;
#pragma warning restore RS0030
    }
}
