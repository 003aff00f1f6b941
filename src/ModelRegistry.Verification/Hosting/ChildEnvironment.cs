using System.Globalization;

namespace ModelRegistry.Verification.Hosting;

/// <summary>The environment of a child: what it needs to start and to find its libraries, and none of the parent's secrets.</summary>
internal static class ChildEnvironment
{
    private static readonly string[] Inherited =
    [
        "PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "TEMP", "TMP", "SystemRoot", "SystemDrive", "windir",
        "DOTNET_ROOT", "DOTNET_ROOT_X64", "DOTNET_ROOT_ARM64", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",
    ];

    /// <summary>The process that an engine's program ends with, however that one ends.</summary>
    public const string Parent = "MODELREG_ENGINE_PARENT";

    public static void Fill(IDictionary<string, string?> environment, EngineHost host, int threads, long heap)
    {
        var kept = Inherited.Where(environment.ContainsKey).Select(name => (name, environment[name])).ToList();
        environment.Clear();
        foreach (var (name, value) in kept) environment[name] = value;
        environment["DOTNET_GCHeapHardLimit"] = Math.Max(1, heap).ToString("x", CultureInfo.InvariantCulture);
        environment["DOTNET_TieredPGO"] = "0";
        environment["DOTNET_gcServer"] = "0";
        environment["DOTNET_DbgEnableMiniDump"] = "0";
        environment["DOTNET_EnableDiagnostics"] = "0";
        environment["DOTNET_NOLOGO"] = "1";
        // Threads that spin while they wait cost ten times the time beside a busy machine.
        environment["OMP_WAIT_POLICY"] = "passive";
        environment["OMP_NUM_THREADS"] = (threads > 0 ? threads : Environment.ProcessorCount).ToString(CultureInfo.InvariantCulture);
        environment[Parent] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        if (CarriedImageDecoder.Folder is { } images) environment[CarriedImageDecoder.Variable] = images;
        // Above AVX2 the LSTM of libtorch 2.10 is off by a hundredth; others do not look at it.
        environment["ONEDNN_MAX_CPU_ISA"] = "AVX2";
        foreach (var (name, value) in host.Environment) environment[name] = value;
    }
}
