namespace ModelRegistry.Packages.Tests.Harness;

/// <summary>A registry in a folder with models that need no training: the bytes of their weights are a text.</summary>
internal sealed class RegistryFolder
{
    private readonly string _folder;
    private readonly string _cache;

    public RegistryFolder(string folder, string cache, bool tracked = false, bool commit = true, bool open = false)
    {
        _folder = folder;
        _cache = cache;
        Commits = commit;
        if (!open) Registry.Initialise(folder, new InitOptions { TrackStore = tracked, Commit = commit });
    }

    public string Path => System.IO.Path.Combine(_folder, "registry");

    public string Store => System.IO.Path.Combine(_folder, "models");

    private bool Commits { get; }

    public Registry Open() => RegistrySession.Open(_folder, new RegistryOptions { CacheDirectory = _cache }).Registry;

    public RegistrationResult Register(string name, string weights, double accuracy, string? scan = null, bool withSample = false)
    {
        var source = Directory.CreateTempSubdirectory("mr-source-").FullName;
        try
        {
            var (file, labels) = (System.IO.Path.Combine(source, "model.pth"), System.IO.Path.Combine(source, "labels.txt"));
            File.WriteAllText(file, weights);
            File.WriteAllText(labels, "zero\none\n");
            string[] samples = withSample ? ["sample-input.npy", "expected-output.npy"] : [];
            foreach (var sample in samples) File.WriteAllText(System.IO.Path.Combine(source, sample), sample);
            var options = new RegistryOptions { CacheDirectory = _cache, Examiner = scan is null ? null : new FixedVerdict(scan) };
            return RegistrySession.Open(_folder, options).Registry.Register(new RegistrationRequest
            {
                Name = ModelName.Parse(name),
                Files = [new FileToRegister(file), new FileToRegister(labels), .. samples.Select(sample => new FileToRegister(System.IO.Path.Combine(source, sample)))],
                Inputs = [new TensorSpec { Name = "x", Shape = [-1, 1, 8, 8] }],
                Outputs = [new TensorSpec { Name = "logits", Shape = [-1, 2] }],
                Metrics = new Dictionary<string, double> { ["accuracy"] = accuracy },
                Commit = Commits,
                AllowUnsafe = true,
            });
        }
        finally
        {
            Directory.Delete(source, recursive: true);
        }
    }

    /// <summary>Registers a folder with its structure.</summary>
    public RegistrationResult Register(string name, string folder) => Register(name,
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => (file, System.IO.Path.GetRelativePath(folder, file).Replace('\\', '/'), (string?)null))]);

    /// <summary>Registers files under their paths in the model.</summary>
    public RegistrationResult Register(string name, IReadOnlyCollection<(string Source, string Path, string? Role)> files) => Open().Register(new RegistrationRequest
    {
        Name = ModelName.Parse(name),
        Files = [.. files.Select(file => new FileToRegister(file.Source, file.Role, RelativeFilePath.Parse(file.Path)))],
        Commit = Commits,
    });

    public void Promote(string name, string version, string alias) => Open().Promote(ModelName.Parse(name), Selector.Parse(version), alias, commit: Commits);

    public void Yank(string id, string? replacement = null) =>
        Open().Yank(ModelId.Parse(id), "trained on the test split", replacement is null ? null : ModelVersion.Parse(replacement), Commits);

    public string Blob(RegistrationResult registered) => System.IO.Path.Combine(Store, "blobs", "sha256", registered.Manifest.Weights.Digest.Hex);

    private sealed class FixedVerdict(string verdict) : IFileExaminer
    {
        public IReadOnlyList<FileExamination?> Examine(IReadOnlyList<StagedFile> files, CancellationToken cancellation) =>
            [.. files.Select(file => file.Role == FileRoles.Weights ? new FileExamination { Verdict = verdict, Findings = ["os.system"] } : null)];
    }
}
