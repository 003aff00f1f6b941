using System.Diagnostics;
using ModelRegistry;

namespace Cake.ModelRegistry.Tests.Support;

/// <summary>A real git repository in a folder with a space, with a registry, an author of its own and a few files.</summary>
internal sealed class ScriptRepository : IDisposable
{
    public ScriptRepository(bool withRegistry = true)
    {
        Root = Directory.CreateTempSubdirectory("cake tests ").FullName;
        Git("init", "--quiet", "--initial-branch=main");
        Git("config", "user.name", "A. Author");
        Git("config", "user.email", "author@example.org");
        Git("config", "commit.gpgsign", "false");
        Git("config", "core.hooksPath", ".git/hooks");
        if (withRegistry) Registry.Initialise(Root);
    }

    public string Root { get; }

    public string Write(string path, string content)
    {
        var full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
        return full;
    }

    /// <summary>Writes a safetensors file with one tensor, whose bytes are the text.</summary>
    public string WriteWeights(string path, string text)
    {
        var header = $$$"""{"w":{"dtype":"U8","shape":[{{{text.Length}}}],"data_offsets":[0,{{{text.Length}}}]}}""";
        return Write(path, $"{(char)header.Length}\0\0\0\0\0\0\0{header}{text}");
    }

    public string Git(params string[] arguments) => Run("git", arguments).Output.Trim();

    public (int Code, string Output) Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Root, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["NO_COLOR"] = "1";
        start.Environment["MODELREG_CACHE"] = Path.Combine(Root, ".git", "cache");
        start.Environment.Remove("MODELREG_REGISTRY");
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    public void Dispose()
    {
        foreach (var file in Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)) File.SetAttributes(file, FileAttributes.Normal);
        Directory.Delete(Root, recursive: true);
    }
}
