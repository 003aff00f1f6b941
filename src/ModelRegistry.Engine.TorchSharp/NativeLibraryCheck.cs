using System.Runtime.InteropServices;
using ModelRegistry.Inference;
using ModelRegistry.Verification;

namespace ModelRegistry.Engine.TorchSharp;

/// <summary>
/// Says in one line what is missing before TorchSharp's loader is asked: where <c>libLibTorchSharp.so</c> does not load, it copies half a gigabyte beside the
/// app and ends in a message about something else.
/// </summary>
internal static class NativeLibraryCheck
{
    public static void Run()
    {
        if (!OperatingSystem.IsLinux()) return;
        var library = new[] { AppContext.BaseDirectory, Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier.StartsWith("linux-arm64", StringComparison.Ordinal) ? "linux-arm64" : "linux-x64", "native") }
            .Select(folder => Path.Combine(folder, SystemLibraries.TorchSharpLibrary)).FirstOrDefault(File.Exists);
        if (library is null) throw new InferenceException(VerificationCodes.EngineIncomplete.Code, $"{SystemLibraries.TorchSharpLibrary} does not stand beside the engine", hint: "install the engine again with 'modelreg engine add torchsharp'");
        if (!ElfVersionNeeds.Requires(library, SystemLibraries.TorchSharpNeeds) || SystemLibraries.Provides(SystemLibraries.TorchSharpNeeds)) return;
        throw new InferenceException(
            VerificationCodes.SystemTooOld.Code, $"TorchSharp needs {SystemLibraries.TorchSharpNeeds} of libstdc++ (GCC 13), and this system's is older; use a newer system, name a newer libstdc++ with LD_LIBRARY_PATH, install the engine without --no-compat, or verify with --engine managed");
    }
}
