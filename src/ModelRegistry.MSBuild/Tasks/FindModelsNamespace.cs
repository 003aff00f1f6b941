using System.Diagnostics.CodeAnalysis;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using Microsoft.Build.Framework;
using ModelRegistry.MSBuild.CodeGeneration;

namespace ModelRegistry.MSBuild;

/// <summary>
/// Finds out whether the app has a namespace that is called as the generated class would be, in its sources or in what it references:
/// <c>App.Models</c>, as every template with a folder <c>Models</c> makes it. C# allows no type beside a namespace of its name.
/// </summary>
public sealed class FindModelsNamespace : RegistryTask
{
    /// <summary>The source files.</summary>
    [Required]
    public ITaskItem[] Sources { get; set; } = [];

    /// <summary>The assemblies that are referenced, without those of the framework.</summary>
    public ITaskItem[] References { get; set; } = [];

    /// <summary>The namespace of the generated code.</summary>
    public string? CodeNamespace { get; set; }

    /// <summary>Takes the answer: the symbol to define for the compiler, or nothing.</summary>
    [Required, NotNull]
    public string? ResultFile { get; set; }

    private protected override void Run()
    {
        var parent = Identifiers.Namespace(CodeNamespace ?? "").Replace("@", "", StringComparison.Ordinal);
        var name = parent.Length == 0 ? ModelsCode.DefaultClass : $"{parent}.{ModelsCode.DefaultClass}";
        var place = Sources.Select(s => FullPath(s.ItemSpec)).FirstOrDefault(path => DeclaresSource(path, name))
            ?? References.Select(r => FullPath(r.ItemSpec)).FirstOrDefault(path => DeclaresAssembly(path, name));
        if (place is not null)
            Log.LogMessage(MessageImportance.High, "{0}", $"{name} is a namespace ({place}); the models are in the class {ModelsCode.OtherClass} (ModelCodeClass names another)");
        var result = FullPath(ResultFile);
        BuildFile.Replace(result, Encoding.UTF8.GetBytes(place is null ? "" : ModelsCode.NamespaceTaken));
        foreach (var old in Directory.EnumerateFiles(Path.GetDirectoryName(result)!, "*" + Path.GetExtension(result)).Where(old => old != result)) File.Delete(old);
    }

    private static bool DeclaresSource(string path, string name)
    {
        try
        {
            return File.Exists(path) && File.ReadAllText(path) is var text && text.Contains(ModelsCode.DefaultClass, StringComparison.Ordinal) && NamespaceScanner.Declares(text, name);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The compiler says so, where the user can see it.
            return false;
        }
    }

    private static bool DeclaresAssembly(string path, string name)
    {
        try
        {
            using var assembly = new PEReader(File.OpenRead(path));
            if (!assembly.HasMetadata) return false;
            var metadata = assembly.GetMetadataReader();
            return metadata.TypeDefinitions.Select(handle => metadata.GetTypeDefinition(handle).Namespace)
                .Any(handle => metadata.StringComparer.StartsWith(handle, name) && metadata.GetString(handle) is var found && (found.Length == name.Length || found[name.Length] == '.'));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or BadImageFormatException)
        {
            return false;
        }
    }
}
