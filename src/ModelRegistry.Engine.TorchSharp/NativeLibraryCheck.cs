using System.Runtime.InteropServices;
using System.Text;
using ModelRegistry.Inference;
using ModelRegistry.Verification;

namespace ModelRegistry.Engine.TorchSharp;

/// <summary>
/// Says in one line what is missing before TorchSharp's loader is asked: where <c>libLibTorchSharp.so</c> does not load, it copies half a gigabyte beside the
/// app and ends in a message about something else.
/// </summary>
internal static class NativeLibraryCheck
{
    private const string Needed = "GLIBCXX_3.4.32";

    public static void Run()
    {
        if (!OperatingSystem.IsLinux()) return;
        var library = new[] { AppContext.BaseDirectory, Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier.StartsWith("linux-arm64", StringComparison.Ordinal) ? "linux-arm64" : "linux-x64", "native") }
            .Select(folder => Path.Combine(folder, "libLibTorchSharp.so")).FirstOrDefault(File.Exists);
        if (library is null) throw new InferenceException(VerificationCodes.EngineIncomplete.Code, "libLibTorchSharp.so does not stand beside the engine", hint: "publish the engine again");
        if (!ElfVersionNeeds.Requires(library, Needed) || SystemHas(Needed)) return;
        throw new InferenceException(
            VerificationCodes.SystemTooOld.Code, $"TorchSharp needs {Needed} of libstdc++ (GCC 13), and this system's is older",
            hint: "use a newer system, name a newer libstdc++ with LD_LIBRARY_PATH, or verify with --engine managed");
    }

    // The library that this process would load, by its own list of what it provides.
    private static bool SystemHas(string version)
    {
        var name = Encoding.ASCII.GetBytes(version + '\0');
        return Candidates().Any(path => File.Exists(path) && File.ReadAllBytes(path).AsSpan().IndexOf(name) >= 0);
    }

    private static IEnumerable<string> Candidates()
    {
        var folders = (Environment.GetEnvironmentVariable("LD_LIBRARY_PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib"]);
        return folders.Select(folder => Path.Combine(folder, "libstdc++.so.6"));
    }
}
