using System.Runtime.Intrinsics.X86;
using ModelRegistry.Verification.Hosting;

namespace ModelRegistry.Verification.Engines;

/// <summary>
/// Where the managed engine runs when the command is compiled ahead of time. The command is compiled for every x64 processor, and in it
/// the vectors are 128 bits wide whatever the processor has; beside it stands the engine compiled for x86-64-v3, twice as fast.
/// </summary>
internal static class NativeHost
{
    /// <summary>The engine compiled for x86-64-v3 where it is there and the processor can run it, else the command itself.</summary>
    /// <param name="command">The path of the command.</param>
    public static EngineHost Managed(string command)
    {
        var wide = Path.Combine(Path.GetDirectoryName(command)!, OperatingSystem.IsWindows() ? "modelreg-x86-64-v3.exe" : "modelreg-x86-64-v3");
        return IsVersion3() && File.Exists(wide)
            ? new EngineHost(ManagedEngine.EngineName, wide, [])
            : new EngineHost(ManagedEngine.EngineName, command, [EngineProgram.CommandArgument]);
    }

    // Asked of the processor itself: ahead of time Avx2.IsSupported is a constant of the build. Bits by the x86-64 psABI, "micro-architecture levels";
    // OSXSAVE says that the operating system keeps the wide registers.
    private static bool IsVersion3()
    {
        const int Fma = 1 << 12, Movbe = 1 << 22, OsXsave = 1 << 27, Avx = 1 << 28, F16c = 1 << 29, Leaf1 = Fma | Movbe | OsXsave | Avx | F16c;
        const int Bmi1 = 1 << 3, Avx2 = 1 << 5, Bmi2 = 1 << 8, Leaf7 = Bmi1 | Avx2 | Bmi2;
        const int Lzcnt = 1 << 5;
        if (!X86Base.IsSupported || X86Base.CpuId(0, 0).Eax < 7) return false;
        return (X86Base.CpuId(1, 0).Ecx & Leaf1) == Leaf1
            && (X86Base.CpuId(7, 0).Ebx & Leaf7) == Leaf7
            && (X86Base.CpuId(unchecked((int)0x80000001), 0).Ecx & Lzcnt) == Lzcnt;
    }
}
