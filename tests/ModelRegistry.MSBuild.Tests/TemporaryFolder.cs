namespace ModelRegistry.MSBuild.Tests;

/// <summary>A folder of a test with a registry in it, without git.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder()
    {
        Root = Directory.CreateTempSubdirectory("mr msbuild ä ").FullName;
        Registry.Initialise(Root, new InitOptions { Commit = false });
    }

    public string Root { get; }

    public string Cache => In("cache");

    public string In(params string[] segments) => Path.Combine([Root, .. segments]);

    public string Write(string path, string content)
    {
        var full = In(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
        return full;
    }

    public Registry Open() => RegistrySession.Open(Root, new RegistryOptions { CacheDirectory = Cache }).Registry;

    public ModelId Register(string name, string weights, double accuracy, string? labels = "zero\none\n") =>
        Open().Register(new RegistrationRequest
        {
            Name = ModelName.Parse(name),
            Files = [new FileToRegister(Write("incoming/w.pth", weights)), .. labels is null ? (FileToRegister[])[] : [new FileToRegister(Write("incoming/labels.txt", labels))]],
            Inputs = [new TensorSpec { Name = "x", Shape = [-1, 1, 8, 8] }],
            Outputs = [new TensorSpec { Name = "logits", Shape = [-1, 2] }],
            Metrics = new Dictionary<string, double> { ["accuracy"] = accuracy },
            Commit = false,
        }).Id;

    public void Dispose()
    {
        foreach (var file in Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)) File.SetAttributes(file, FileAttributes.Normal);
        Directory.Delete(Root, recursive: true);
    }
}
