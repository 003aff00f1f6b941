using System.Text;
using ModelRegistry.Stores;

namespace ModelRegistry.Tests.Support;

/// <summary>A temporary folder with files to put into stores.</summary>
internal sealed class Scratch : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("modelreg stores").FullName;

    public Artifact Artifact(string content, out string file) => Artifact(Encoding.UTF8.GetBytes(content), out file);

    public Artifact Artifact(byte[] content, out string file)
    {
        file = Path.Combine(Root, Path.GetRandomFileName());
        File.WriteAllBytes(file, content);
        return new Artifact(ModelName.Parse("m"), Digest.Of(content), content.Length);
    }

    /// <summary>Writes a script that can be run. Another process writes it: a file that this one has open for writing is held by whatever any test starts meanwhile, and cannot be run then.</summary>
    public string Program(string name, string script)
    {
        var path = Path.Combine(Root, name);
        Peer.Run("sh", "-c", "printf %s \"$1\" >\"$0\" && chmod +x \"$0\"", path, script);
        return path;
    }

    public void Dispose()
    {
        foreach (var file in Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)) File.SetAttributes(file, FileAttributes.Normal);
        Directory.Delete(Root, recursive: true);
    }
}
