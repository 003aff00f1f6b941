using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using ModelRegistry.Inference;

namespace ModelRegistry.Verification.Hosting;

/// <summary>
/// The decoder of ModelRegistry.Inference.Images in the process of an engine, and nowhere else: its native code reads files from strangers,
/// and here a flaw meets a process with limits and nothing to lose. It is loaded when the first image asks for it, from the folder
/// that the parent names, or where everything is compiled ahead of time, from the program itself.
/// </summary>
internal sealed class CarriedImageDecoder : IImageDecoder
{
    /// <summary>The variable by which a parent names the folder to its children, and a user to the parent.</summary>
    public const string Variable = "MODELREG_IMAGES";

    private const string Assembly = "ModelRegistry.Inference.Images", Type = "ModelRegistry.Inference.Images.SkiaImageDecoder";

    private readonly Lazy<IImageDecoder?> _decoder = new(Load);

    /// <summary>The folder for children of this process: what the user names, else <c>images</c> beside the program or, for the dashboard, beside its folder.</summary>
    public static string? Folder { get; } = Named() ?? new[] { "images", Path.Combine("..", "images") }.Select(f => Path.GetFullPath(f, AppContext.BaseDirectory)).FirstOrDefault(Holds);

    /// <inheritdoc/>
    public bool Reads(ReadOnlySpan<byte> start) => _decoder.Value?.Reads(start) == true;

    /// <inheritdoc/>
    public ImageInput Decode(ReadOnlyMemory<byte> bytes) => _decoder.Value!.Decode(bytes);

    private static bool Holds(string folder) => File.Exists(Path.Combine(folder, Assembly + ".dll"));

#pragma warning disable RS0030 // Between a program and its children; no setting of a registry.
    private static string? Named() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder && Holds(folder) ? Path.GetFullPath(folder) : null;
#pragma warning restore RS0030

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Not reached where the program is trimmed: that one carries the decoder in itself.")]
    [UnconditionalSuppressMessage("Trimming", "IL2072", Justification = "The same.")]
    private static IImageDecoder? Load()
    {
        if (!RuntimeFeature.IsDynamicCodeSupported)
            return System.Type.GetType($"{Type}, {Assembly}") is { } carried ? (IImageDecoder?)Activator.CreateInstance(carried) : null;
        if (Named() is not { } folder) return null;
        try
        {
            return new Folders(folder).LoadFromAssemblyPath(Path.Combine(folder, Assembly + ".dll")).GetType(Type) is { } type ? Activator.CreateInstance(type) as IImageDecoder : null;
        }
        catch (Exception failure) when (failure is IOException or BadImageFormatException or TypeLoadException or MissingMethodException)
        {
            // Of another release, or not whole: then the refusal names the package, as it does where there is none.
            return null;
        }
    }

    /// <summary>Apart from the program's own assemblies: an engine may bring another SkiaSharp.</summary>
    private sealed class Folders(string folder) : AssemblyLoadContext("images")
    {
        [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Not reached where the program is trimmed.")]
        protected override System.Reflection.Assembly? Load(System.Reflection.AssemblyName assemblyName) =>
            Path.Combine(folder, assemblyName.Name + ".dll") is var path && File.Exists(path) ? LoadFromAssemblyPath(path) : null;

        // Natives stand as in a package, runtimes/PLATFORM/native, or beside a command that is compiled ahead of time.
        protected override nint LoadUnmanagedDll(string unmanagedDllName)
        {
            var (name, system) = OperatingSystem.IsWindows() ? ($"{unmanagedDllName}.dll", "win") : OperatingSystem.IsMacOS() ? ($"{unmanagedDllName}.dylib", "osx") : ($"{unmanagedDllName}.so", "linux");
            var processor = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
            foreach (var platform in new[] { $"{system}-{processor}", $"{system}-musl-{processor}", system })
                if (NativeLibrary.TryLoad(Path.Combine(folder, "runtimes", platform, "native", name), out var handle)) return handle;
            return NativeLibrary.TryLoad(Path.Combine(folder, "..", name), out var beside) ? beside : 0;
        }
    }
}
