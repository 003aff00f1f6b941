namespace ModelRegistry.Weights.Tests.Writing;

/// <summary>A directory of files that PyTorch makes once for all tests that ask for it.</summary>
public sealed class MadeByPyTorch : IDisposable
{
    private readonly Lazy<string> _directory = new(() =>
    {
        var directory = Directory.CreateTempSubdirectory("pytorch").FullName;
        PyTorch.RunPeer("make", directory);
        return directory;
    });

    internal string At(string name) => Path.Combine(_directory.Value, name);

    public void Dispose()
    {
        if (_directory.IsValueCreated)
            Directory.Delete(_directory.Value, recursive: true);
    }
}
