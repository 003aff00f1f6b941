using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Registration;

/// <summary>A version is a set of files with a main one: folders, places inside the model, parts that come along.</summary>
public sealed class FolderTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Register_Folder_KeepsItsStructureAndTellsRolesByName()
    {
        foreach (var file in new[] { "sd/unet/model.safetensors", "sd/vae/model.safetensors", "sd/unet/config.json", "sd/vae/config.json", "sd/model_index.json", "sd/README.md" }) _workspace.File_(file, file);
        _workspace.File_("sd/.git/HEAD", "x");
        _workspace.File_("sd/.cache/huggingface/x.metadata", "x");
        _workspace.File_("sd/empty.txt", "");

        var manifest = Register([At("sd")]).Manifest;

        Assert.Equal(
            ["unet/model.safetensors weights", "vae/model.safetensors weights", "model_index.json config", "README.md other", "unet/config.json config", "vae/config.json config"],
            manifest.Files.Select(f => $"{f.Path} {f.Role}"));
        Assert.True(manifest.NeedsFolder);
        Assert.Contains(_workspace.Log.Warnings, w => w.Message.Contains("empty.txt", StringComparison.Ordinal));
    }

    [Fact]
    public void Register_CheckpointOfATrainer_HasTheModelAloneAsWeights()
    {
        string[] state = ["optimizer.pt", "optimizer_1.bin", "scheduler.pt", "scaler.pt", "rng_state.pth", "rng_state_0.pth", "random_states_3.pkl", "training_args.bin", "zero_pp_rank_0_mp_rank_00_optim_states.pt"];
        foreach (var file in state.Append("pytorch_model.bin")) _workspace.File_("checkpoint-500/" + file, file);

        var manifest = Register([At("checkpoint-500")]).Manifest;

        Assert.Equal("pytorch_model.bin", manifest.Weights.Path.Value);
        Assert.Equal(state.Order(StringComparer.Ordinal), manifest.Files.Where(f => f.Role == FileRoles.Other).Select(f => f.Path.Value).Order(StringComparer.Ordinal));
        Assert.False(manifest.NeedsFolder);
        Assert.Equal(FileRoles.Weights, FileRoles.ByFileName("optimizer-net.pt"));
    }

    [Fact]
    public void Register_Exclude_LeavesFilesAndFoldersOut()
    {
        foreach (var file in new[] { "m/model.safetensors", "m/model.bin", "m/onnx/model.onnx", "m/a/onnx/b.onnx", "m/notes.md" }) _workspace.File_(file, file);
        var files = Register([At("m")], "*.bin", "onnx/").Manifest.Files.Select(f => f.Path.Value);
        Assert.Equal(["model.safetensors", "notes.md"], files);
    }

    [Fact]
    public void Register_TheFolderThatHoldsTheRegistry_LeavesOutWhatIsNotTheModels()
    {
        _workspace.File_("model.safetensors", "w");
        _workspace.File_("sub/registry/notes.md", "the model's own");
        _workspace.File_("models.lock.json", "{}");
        Register([At("model.safetensors")]);

        var files = Register([_workspace.Root]).Manifest.Files.Select(f => f.Path.Value).ToList();

        Assert.Contains("model.safetensors", files);
        Assert.Contains("sub/registry/notes.md", files);
        Assert.DoesNotContain(files, path => path.StartsWith("registry/", StringComparison.Ordinal) || path.StartsWith("models/", StringComparison.Ordinal) || path.EndsWith("models.lock.json", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("w.safetensors=unet/w.safetensors", "unet/w.safetensors weights")]
    [InlineData("w.safetensors=unet/w.bin:other-weights", "unet/w.bin other-weights")]
    [InlineData("w.safetensors:labels", "w.safetensors labels")]
    [InlineData("w.safetensors", "w.safetensors weights")]
    [InlineData("lr=0.1.pth", "lr=0.1.pth weights")]
    [InlineData("lr=0.1.pth=best.pth", "best.pth weights")]
    [InlineData("a:b.pth", "a_b")]
    public void Parse_PlacesAFileInTheModel(string text, string expected)
    {
        _workspace.File_("w.safetensors", "w");
        _workspace.File_("lr=0.1.pth", "w");
        _workspace.File_("main.safetensors", "main");
        if (expected == "a_b")
        {
            Assert.Equal("MR0107", Expect.Code("MR0107", () => Register([text])).Code);
            return;
        }

        var manifest = Register([At("main.safetensors"), At(text)]).Manifest;
        Assert.Contains(expected, manifest.Files.Select(f => $"{f.Path} {f.Role}"));
    }

    [Fact]
    public void Register_FolderPlacedBelowAnother_HasThePrefix()
    {
        _workspace.File_("out/model.safetensors", "w");
        Assert.Equal("text/encoder/model.safetensors", Register([$"{At("out")}=text/encoder"]).Manifest.Weights.Path.Value);
    }

    [Fact]
    public void Register_NamesThatCollideIgnoringCase_AreRefused()
    {
        _workspace.File_("m/model.safetensors", "1");
        _workspace.File_("other/Model.safetensors", "2");
        Assert.Contains("PATH=PATH-IN-MODEL", Expect.Code("MR0112", () => Register([At("m"), At("other")])).Hint!, StringComparison.Ordinal);
    }

    [Fact]
    public void Register_FolderWithLinksOutOfIt_IsRefusedByName()
    {
        if (OperatingSystem.IsWindows()) return;
        _workspace.File_("secret.txt", "s");
        _workspace.File_("m/model.safetensors", "w");
        File.CreateSymbolicLink(At("m/inside"), "model.safetensors");
        Register([At("m")]);
        File.CreateSymbolicLink(At("m/outside"), "../secret.txt");
        Assert.Contains("m/outside", Expect.Code("MR0112", () => Register([At("m")])).Message, StringComparison.Ordinal);
        File.Delete(At("m/outside"));
        File.CreateSymbolicLink(At("m/folder"), "../registry");
        Expect.Code("MR0112", () => Register([At("m")]));
        File.Delete(At("m/folder"));
        File.CreateSymbolicLink(At("m/dangling"), "nowhere");
        Expect.Code("MR0107", () => Register([At("m")]));
        Register([At("m")], "dangling");
    }

    [Fact]
    public void Register_SnapshotOfADownloadCache_FollowsItsLinksToTheBlobs()
    {
        if (OperatingSystem.IsWindows()) return;
        _workspace.File_("hub/models--o--m/blobs/aaa", "w");
        Directory.CreateDirectory(At("hub/models--o--m/snapshots/abc"));
        File.CreateSymbolicLink(At("hub/models--o--m/snapshots/abc/model.safetensors"), "../../blobs/aaa");
        Assert.Equal(Digest.Of("w"u8), Register([At("hub/models--o--m/snapshots/abc")]).Manifest.Weights.Digest);
    }

    [Fact]
    public void Register_TooManyFiles_IsRefusedInBoundedTime()
    {
        Directory.CreateDirectory(At("many"));
        for (var i = 0; i <= 20_000; i++) File.WriteAllText(At($"many/{i}.txt"), "x");
        Assert.Contains("20000 files", Expect.Code("MR0112", () => Register([At("many")])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Register_ManyFilesOfAllSizes_AreStoredEachAsItIs()
    {
        const int Mega = 1 << 20;
        int[] sizes = [1, 1000, Mega - 1, Mega, Mega + 1, (3 * Mega) + 7, 16 * Mega, (16 * Mega) + 1, (33 * Mega) + 5];
        var contents = sizes.Concat(Enumerable.Range(2, 150)).Select((size, i) => Enumerable.Range(0, size).Select(k => (byte)(k + (k >> 8) + i)).ToArray()).ToList();
        contents.Add(contents[1]);
        for (var i = 0; i < contents.Count; i++)
        {
            Directory.CreateDirectory(At($"m/{i % 7}/deep"));
            File.WriteAllBytes(At($"m/{i % 7}/deep/{i}.safetensors"), contents[i]);
        }

        var manifest = Register([At("m")]).Manifest;

        Assert.Equal(contents.Count, manifest.Files.Length);
        Assert.All(manifest.Files, file =>
        {
            var content = contents[int.Parse(Path.GetFileNameWithoutExtension(file.Path.FileName), System.Globalization.CultureInfo.InvariantCulture)];
            Assert.Equal((Digest.Of(content), content.Length), (file.Digest, file.Size));
            Assert.True(content.AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(_workspace.Root, "models", "blobs", "sha256", file.Digest.Hex))));
        });
    }

    [Fact]
    public void Register_FileThatVanishesOrACancellation_StopsAllOfItAndLeavesNothing()
    {
        for (var i = 0; i < 40; i++) _workspace.File_($"m/{i}.safetensors", $"{i}");
        using var stop = new CancellationTokenSource();

        var refused = Expect.Code("MR0107", () => Open(() => File.Delete(At("m/7.safetensors"))).Register(Request([At("m")]) with { Source = RegistrationSource.None }));
        Assert.ThrowsAny<OperationCanceledException>(() => Open(stop.Cancel).Register(Request([At("m/8.safetensors")]) with { Source = RegistrationSource.None }, stop.Token));

        Assert.Contains("7.safetensors", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(At("models/blobs/sha256")));
        Assert.DoesNotContain(Directory.GetDirectories(At("models/tmp")), folder => !folder.EndsWith(".queue", StringComparison.Ordinal));

        Registry Open(Action then) => RegistrySession.Open(_workspace.Root, _workspace.Options with { Examiner = new Parts(null, then) }).Registry;
    }

    [Fact]
    public void Register_PartsThatTheExaminerNames_ComeAlongWithTheirRoles()
    {
        _workspace.File_("m/model.onnx", "graph");
        _workspace.File_("m/data/weights.raw", "bytes");
        var registry = RegistrySession.Open(_workspace.Root, _workspace.Options with { Examiner = new Parts("data/weights.raw") }).Registry;
        var manifest = registry.Register(Request([$"{At("m/model.onnx")}=net/model.onnx"])).Manifest;
        Assert.Equal(["net/model.onnx weights", "net/data/weights.raw weights-data"], manifest.Files.Select(f => $"{f.Path} {f.Role}"));
    }

    [Fact]
    public void Folder_HoldsEveryFileUnderItsName_AndMendsWhatSomebodyChanged()
    {
        _workspace.File_("m/a-00001-of-00002.safetensors", "one");
        _workspace.File_("m/a-00002-of-00002.safetensors", "two");
        _workspace.File_("m/a.safetensors.index.json", "{}");
        Register([At("m")]);
        var registry = _workspace.Open();
        var resolution = registry.Resolve(ModelName.Parse("m"), Selector.Latest);

        var folder = registry.Folder(resolution);

        Assert.Equal("two", File.ReadAllText(Path.Combine(folder, "a-00002-of-00002.safetensors")));
        Assert.Equal(3, Directory.GetFiles(folder).Length);
        var changed = Path.Combine(folder, "a-00001-of-00002.safetensors");
        File.Delete(changed);
        File.WriteAllText(changed, "bad");
        Assert.Equal(folder, registry.Folder(resolution));
        Assert.Equal("one", File.ReadAllText(changed));
    }

    private RegistrationResult Register(string[] files, params string[] exclude) => _workspace.Open().Register(Request(files) with { Exclude = [.. exclude] });

    private static RegistrationRequest Request(string[] files) => new() { Name = ModelName.Parse("m"), Files = [.. files.Select(file => FileToRegister.Parse(file))] };

    private string At(string path) => Path.Combine(_workspace.Root, path);

    private sealed class Parts(string? path, Action? then = null) : IFileExaminer
    {
        public IReadOnlyList<FileExamination?> Examine(IReadOnlyList<StagedFile> files, CancellationToken cancellation) => new FileExamination?[files.Count];

        public IReadOnlyList<string> PartsOf(string path1)
        {
            then?.Invoke();
            return path is null ? [] : [path];
        }
    }
}
