using System.Text;

namespace ModelRegistry.Verification;

/// <summary>What libLibTorchSharp.so asks of the system's libstdc++, and what is done where that is older.</summary>
public static class SystemLibraries
{
    /// <summary>The version of libstdc++ that TorchSharp's library is built against: GCC 13.</summary>
    public const string TorchSharpNeeds = "GLIBCXX_3.4.32";

    /// <summary>TorchSharp's own library on Linux.</summary>
    public const string TorchSharpLibrary = "libLibTorchSharp.so";

    /// <summary>What the name of a library's unchanged copy ends with.</summary>
    public const string OriginalSuffix = ".original";

    /// <summary>Whether the system's libstdc++ provides a version, by the library's own list.</summary>
    public static bool Provides(string version)
    {
        var name = Encoding.ASCII.GetBytes(version + '\0');
        return Candidates().Any(path => File.Exists(path) && File.ReadAllBytes(path).AsSpan().IndexOf(name) >= 0);
    }

    /// <summary>
    /// Where the libstdc++ of this system is older than what TorchSharp's library in a folder asks for, marks that need as weak in the copy there, and keeps the
    /// original beside it. A file that is linked elsewhere stays as it is there.
    /// </summary>
    /// <returns>Whether anything was changed.</returns>
    public static bool MakeLoadable(string folder)
    {
        var library = Path.Combine(folder, TorchSharpLibrary);
        if (!OperatingSystem.IsLinux() || !File.Exists(library) || !ElfVersionNeeds.Requires(library, TorchSharpNeeds) || Provides(TorchSharpNeeds)) return false;
        File.Copy(library, library + OriginalSuffix, overwrite: true);
        return ElfVersionNeeds.Weaken(library, TorchSharpNeeds);
    }

    private static IEnumerable<string> Candidates()
    {
#pragma warning disable RS0030 // What the loader reads is no setting of a registry.
        var folders = (Environment.GetEnvironmentVariable("LD_LIBRARY_PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
#pragma warning restore RS0030
            .Concat(["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib"]);
        return folders.Select(folder => Path.Combine(folder, "libstdc++.so.6"));
    }
}
