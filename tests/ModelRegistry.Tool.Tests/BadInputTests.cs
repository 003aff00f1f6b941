using ModelRegistry.Tool.Tests.Support;

namespace ModelRegistry.Tool.Tests;

/// <summary>Whatever is wrong gives one coded line, its exit code, and leaves everything as it was.</summary>
public sealed class BadInputTests : IDisposable
{
    private const string Index = "model.safetensors.index.json";

    private readonly Scratch _scratch = new();

    public BadInputTests() => _scratch.Register("m", "one", "--metric", "accuracy=0.9").Text.ToString();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Register_FilesThatCannotBeRegistered_AreRefused() => Unchanged(() =>
    {
        _scratch.Run("register", "--name", "x", "--file", "nowhere.pth").Fails("MR0107", 2);
        _scratch.Run("register", "--name", "x", "--file", _scratch.File_("empty.pth", "")).Fails("MR0108", 2);
        _scratch.Run("register", "--name", "x", "--file", _scratch.RegistryRoot).Fails("MR0112", 2);
        _scratch.Run("register", "--name", "x", "--file", _scratch.File_("labels.txt", "a")).Fails("MR0112", 2);
        _scratch.Run("register", "--name", "x", "--file", _scratch.File_("a/w.pth", "1"), _scratch.File_("b/W.pth", "2")).Fails("MR0112", 2);
    });

    [Fact]
    public void PipeInPlaceOfAFile_IsCalledSo_AndNobodyWaitsForIt() => Unchanged(() =>
    {
        if (OperatingSystem.IsWindows()) return;
        var pipe = _scratch.File_("p.pth", "");
        Assert.Equal("", _scratch.InShell("rm \"$1\" && mkfifo \"$1\"", pipe).Errors);
        var refused = Task.WhenAll(
            Task.Run(() => _scratch.Run("register", "--name", "x", "--file", pipe).Fails("MR0109", 2)),
            Task.Run(() => _scratch.Run("inspect", pipe).Fails("MR0502", 2)),
            Task.Run(() => _scratch.Run("verify", "m", "--image", pipe).Fails("MR0640", 2)),
            Task.Run(() => _scratch.Run("register", "--name", "x", "--file", _scratch.WeightsFile("x.safetensors", "x"), "--metrics", pipe).Fails("MR0110", 2)),
            Task.Run(() => _scratch.Run("sign", "--path", pipe, "--key", pipe).Fails("MR0807", 2)));

        Assert.All(refused.GetAwaiter().GetResult(), outcome => Assert.Contains("a named pipe", outcome.Errors, StringComparison.Ordinal));
    });

    public static TheoryData<string, int, string, byte[]> ModelsThatLie
    {
        get
        {
            byte[] hdf5 = [0x89, .. "HDF\r\n\u001a\n"u8, 0, 0, 0, 0, 0, 8, 8, 0, 4, 0, 16, 0, 0, 0, 0, 0, .. new byte[16], .. BitConverter.GetBytes(5_000_000L), .. new byte[64]];
            byte[] gguf = [.. "GGUF"u8, 3, 0, 0, 0, .. BitConverter.GetBytes(1UL << 60), .. BitConverter.GetBytes(1UL << 60)];
            return new()
            {
                { "MR0121", 1, Index, Json("""{"weight_map":{"layer.weight":"model-00002-of-00002.safetensors","other.weight":"model-00001-of-00002.safetensors"}}""") },
                { "MR0121", 1, Index, Json("""{"weight_map":{"layer.weight":"model-00001-of-00002.safetensors","nowhere.weight":"model-00002-of-00002.safetensors"}}""") },
                { "MR0532", 2, Index, Json("""{"weight_map":{"layer.weight":"model-00001-of-00002.safetensors","layer.weight":"model-00002-of-00002.safetensors"}}""") },
                { "MR0532", 2, Index, Json("""{"weight_map":{"layer.weight":"../outside.safetensors"}}""") },
                { "MR0121", 1, "model-00002-of-00002.safetensors", Scratch.Weights("of another model"u8.ToArray()) },
                { "MR0121", 1, "more.gguf", gguf },
                { "MR0121", 1, "more.h5", hdf5 },
                { "MR0121", 1, "more.tflite", [200, 1, 0, 0, .. "TFL3"u8, .. new byte[64]] },
            };

            static byte[] Json(string text) => System.Text.Encoding.UTF8.GetBytes(text);
        }
    }

    [Theory]
    [MemberData(nameof(ModelsThatLie))]
    public void Register_FolderWithAFileThatLies_IsRefusedAndNothingIsRegistered(string code, int exitCode, string file, byte[] content)
    {
        _scratch.File_("m/model-00001-of-00002.safetensors", Scratch.Weights("one"u8.ToArray()));
        _scratch.File_("m/model-00002-of-00002.safetensors", Scratch.Weights("two"u8.ToArray(), "other.weight"));
        var index = _scratch.File_("m/" + Index, """{"weight_map":{"layer.weight":"model-00001-of-00002.safetensors","other.weight":"model-00002-of-00002.safetensors"}}""");
        _scratch.File_("m/" + file, content);

        Unchanged(() => _scratch.Run("register", "--name", "x", "--file", Path.GetDirectoryName(index)!).Fails(code, exitCode));
    }

    [Fact]
    public void Register_UnderFewFileDescriptors_WorksOrIsRefusedInOneLine()
    {
        if (OperatingSystem.IsWindows()) return;
        var weights = _scratch.WeightsFile("n.safetensors", "two");

        var before = _scratch.Snapshot();

        var outcome = _scratch.InShell("ulimit -n 64 && exec \"$0\" \"$@\"", "register", "--name", "n", "--file", weights);

        if (outcome.ExitCode != 0)
        {
            // The native command needs no file for each assembly.
            outcome.Fails("MR0234", 6);
            Assert.Equal(before, _scratch.Snapshot());
            _scratch.Run("register", "--name", "n", "--file", weights).Text.ToString();
        }

        Assert.True(_scratch.Run("show", "n", "--json").Json.TryGetProperty("files", out _));
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("CON")]
    [InlineData("con")]
    [InlineData("nul.pth")]
    [InlineData("a/b")]
    [InlineData("-x")]
    [InlineData("--x-")]
    [InlineData("ResNet")]
    [InlineData("a..b")]
    [InlineData("é")]
    [InlineData("")]
    [InlineData("a\nb")]
    public void Register_InvalidNames_AreRefused(string name) => Unchanged(() =>
        _scratch.Run("register", "--name", name, "--file", _scratch.File_("w.pth", "w")).Fails("MR0101", 2));

    [Theory]
    [InlineData("resolve", "-x", "latest")]
    [InlineData("resolve", "../x")]
    [InlineData("show", "CON")]
    [InlineData("list", "-x")]
    [InlineData("log", "a\tb")]
    public void NameArguments_InvalidNames_AreRefused(params string[] arguments) => _scratch.Run(arguments).Fails("MR0101", 2);

    [Fact]
    public void Register_InvalidOrTakenVersions_AreRefused() => Unchanged(() =>
    {
        _scratch.Register("m", "two", "--version", "1.0").Fails("MR0102", 2);
        _scratch.Register("m", "two", "--version", "1.0.0+build").Fails("MR0102", 2);
        _scratch.Register("m", "two", "--version", "1.0.0").Fails("MR0206", 4);
    });

    [Fact]
    public void Register_InvalidMetrics_AreRefused() => Unchanged(() =>
    {
        _scratch.Register("m", "two", "--metric", "accuracy=high").Fails("MR0104", 2);
        _scratch.Register("m", "two", "--metric", "accuracy=NaN").Fails("MR0104", 2);
        _scratch.Register("m", "two", "--metric", "accuracy=1e999").Fails("MR0104", 2);
        _scratch.Register("m", "two", "--metric", "0.9").Fails("MR0104", 2);
        _scratch.Register("m", "two", "--metrics", _scratch.File_("nan.json", """{ "accuracy": NaN }""")).Fails("MR0104", 2);
        _scratch.Register("m", "two", "--metrics", _scratch.File_("broken.json", "{ \"accuracy\": ")).Fails("MR0110", 2);
        _scratch.Register("m", "two", "--metrics", "nowhere.json").Fails("MR0110", 2);
        _scratch.Register("m", "two", "--metrics", _scratch.RegistryRoot).Fails("MR0110", 2);
        _scratch.Register("m", "two", "--metadata", _scratch.File_("wrong.json", """{ "inputs": 7 }""")).Fails("MR0110", 2);
        _scratch.Register("m", "two", "--metric", "accuracy=1", "--metric", "accuracy=2").Fails("MR0111", 2);
        _scratch.Register("m", "two", "--input-shape", "1x0x3").Fails("MR0111", 2);
        _scratch.Register("m", "two", "--tag", "novalue").Fails("MR0111", 2);
        _scratch.Register("m", "two", "--trained-at", "yesterday").Fails("MR0111", 2);
    });

    [Fact]
    public void Store_ThatCannotBeWrittenOrRead_IsReported()
    {
        var blobs = Path.Combine(_scratch.Store, "blobs", "sha256");
        Directory.Move(blobs, blobs + ".away");
        File.WriteAllText(blobs, "not a folder");
        Unchanged(() =>
        {
            _scratch.Register("m", "two").Fails("MR0304", 6);
            var resolve = _scratch.Run("resolve", "m");
            Assert.Contains(resolve.ExitCode, new[] { 3, 6 });
            Assert.Single(resolve.Errors.TrimEnd().Split('\n'));
        });
    }

    [Fact]
    public void Registry_ThatCannotBeWritten_IsReported()
    {
        File.WriteAllText(Path.Combine(_scratch.RegistryRoot, "other"), "in the way");
        Unchanged(() => _scratch.Register("other", "two").Fails("MR0212", 6));
    }

    [Fact]
    public void Register_WithoutAGitRepository_NamesGitInit_AndNoCommitWorks()
    {
        using var plain = new Scratch(git: false);
        var refused = plain.Register("m", "one").Fails("MR0402", 7);
        Assert.Contains("git init", refused.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(plain.RegistryRoot, "m")));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, plain.Register("m", "one", "--no-commit", "--json").Json.GetProperty("commit").ValueKind);
        Assert.Equal(Scratch.Weights("one"u8.ToArray()), File.ReadAllBytes(plain.Run("resolve", "m").Text));
    }

    [Fact]
    public void Register_WithoutGit_IsReported() => Unchanged(
        () =>
        {
            var path = Environment.GetEnvironmentVariable("PATH");
            _scratch.Set("PATH", _scratch.RegistryRoot);
            _scratch.Register("m", "two").Fails("MR0401", 7);
            Assert.Equal(Scratch.Weights("one"u8.ToArray()), File.ReadAllBytes(_scratch.Run("resolve", "m").Text));
            _scratch.Set("PATH", path);
        });

    [Fact]
    public void Register_AHookThatRefuses_LeavesNothingBehind()
    {
        var hook = Path.Combine(_scratch.Root, ".git", "hooks", "pre-commit");
        Directory.CreateDirectory(Path.GetDirectoryName(hook)!);
        File.WriteAllText(hook, "#!/bin/sh\necho no models on friday >&2\nexit 1\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Unchanged(() =>
        {
            var refused = _scratch.Register("m", "two").Fails("MR0405", 7);
            Assert.Contains("no models on friday", refused.Errors, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Resolve_AManifestEditedByHand_IsReportedWithItsFile()
    {
        var manifest = Path.Combine(_scratch.RegistryRoot, "m", "versions", "1.0.0.json");
        var original = File.ReadAllText(manifest);
        File.WriteAllText(manifest, original.Replace("\"version\": \"1.0.0\"", "\"version\": \"1.0.1\"", StringComparison.Ordinal));
        Assert.Contains(manifest, _scratch.Run("resolve", "m").Fails("MR0208", 5).Errors, StringComparison.Ordinal);
        File.WriteAllText(manifest, original[..^20]);
        Assert.Contains(manifest, _scratch.Run("resolve", "m").Fails("MR0207", 5).Errors, StringComparison.Ordinal);
        _scratch.Register("m", "two").Fails("MR0207", 5);
        Assert.Equal(1, _scratch.Run("doctor").ExitCode);
        Assert.Equal(0, _scratch.Run("doctor", "--fix").ExitCode);
        Assert.Equal(original, File.ReadAllText(manifest));
    }

    [Fact]
    public void Resolve_ABlobDeletedOrAltered_IsNeverHandedOut()
    {
        var blob = _scratch.Run("resolve", "m").Text;
        File.SetAttributes(blob, FileAttributes.Normal);
        File.WriteAllText(blob, "two");
        _scratch.Run("resolve", "m").Fails("MR0302", 5);
        var missing = _scratch.Run("resolve", "m").Fails("MR0301", 3);
        Assert.Contains(_scratch.Store, missing.Errors, StringComparison.Ordinal);
        Assert.Equal(1, _scratch.Run("doctor").ExitCode);
    }

    [Fact]
    public void Doctor_AFamilyThatDiffersInCase_IsFound()
    {
        if (Directory.Exists(Path.Combine(_scratch.RegistryRoot, "M"))) return;
        Directory.CreateDirectory(Path.Combine(_scratch.RegistryRoot, "M", "versions"));
        File.Copy(Path.Combine(_scratch.RegistryRoot, "m", "versions", "1.0.0.json"), Path.Combine(_scratch.RegistryRoot, "M", "versions", "1.0.0.json"));
        var outcome = _scratch.Run("doctor");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("MR0211", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_ThatDoNotExist_SuggestNearOnes()
    {
        _scratch.Register("resnet18", "w").Text.ToString();
        Assert.Contains("resnet18", _scratch.Run("resolve", "resnet81").Fails("MR0203", 3).Errors, StringComparison.Ordinal);
        _scratch.Run("resolve", "m", "9.9.9").Fails("MR0204", 3);
        _scratch.Run("resolve", "m", "[2.0,3.0)").Fails("MR0205", 3);
        _scratch.Run("resolve", "m", "@nowhere").Fails("MR0209", 3);
        _scratch.Run("resolve", "m", "what?").Fails("MR0103", 2);
    }

    private void Unchanged(Action action)
    {
        var before = _scratch.Snapshot();
        action();
        Assert.Equal(before, _scratch.Snapshot());
    }
}
