namespace ModelRegistry.Tests.Support;

/// <summary>A bare remote that denies forced pushes and deletes, and clones of it with one registry.</summary>
internal sealed class Team : IDisposable
{
    private readonly Workspace _first = new(git: false, registry: false);
    private int _weights;

    public Team(int clones = 2)
    {
        Remote = Path.Combine(_first.Root, "remote.git");
        _first.Git("init", "-q", "--bare", "-b", "main", "remote.git");
        Workspace.GitIn(Remote, "config", "receive.denyNonFastForwards", "true");
        Workspace.GitIn(Remote, "config", "receive.denyDeletes", "true");
        Clones = [.. Enumerable.Range(0, clones).Select(i => Path.Combine(_first.Root, $"clone{i}"))];
        Workspace.GitIn(_first.Root, "clone", "-q", Remote, Clones[0]);
        Registry.Initialise(Clones[0], null, _first.Options);
        Sync(0);
        for (var i = 1; i < clones; i++) Workspace.GitIn(_first.Root, "clone", "-q", Remote, Clones[i]);
    }

    public string Remote { get; }

    public string[] Clones { get; }

    public TestClock Clock => _first.Clock;

    public RecordingLog Log => _first.Log;

    public RegistryOptions Options => _first.Options;

    public Registry Open(int clone) => RegistrySession.Open(Clones[clone], Options).Registry;

    public SyncResult Sync(int clone, SyncOptions? options = null) => Open(clone).Sync(options);

    public RegistrationResult Register(int clone, string name, string? weights = null, ModelVersion? version = null, ModelId? parent = null)
    {
        var content = weights ?? $"weights {Interlocked.Increment(ref _weights)}";
        return Open(clone).Register(new RegistrationRequest
        {
            Name = ModelName.Parse(name),
            Files = [new FileToRegister(_first.File_($"files/{clone}-{name}.pth", content), Path: RelativeFilePath.Parse("m.pth"))],
            Version = version,
            Parent = parent,
        });
    }

    public string Git(int clone, params string[] arguments) => Workspace.GitIn(Clones[clone], arguments);

    /// <summary>The versions of a family at the remote's tip, and that its history is linear and never changed one.</summary>
    public IReadOnlyList<string> Published(string name)
    {
        Assert.Equal("", Workspace.GitIn(Remote, "rev-list", "--merges", "main"));
        Assert.Equal("", Workspace.GitIn(Remote, "log", "--diff-filter=MD", "--format=%H", "main", "--", "registry/*/versions/"));
        return [.. Workspace.GitIn(Remote, "ls-tree", "--name-only", "main", $"registry/{name}/versions/").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(p => Path.GetFileNameWithoutExtension(p)!)];
    }

    public void Dispose() => _first.Dispose();
}
