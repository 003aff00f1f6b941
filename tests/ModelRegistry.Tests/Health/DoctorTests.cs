using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Health;

public sealed class DoctorTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public DoctorTests()
    {
        _workspace.Register("m", "first", ("accuracy", 0.5));
        _workspace.Register("m", "second", ("accuracy", 0.6));
    }

    private string ManifestPath => Path.Combine(_workspace.RegistryRoot, "m", "versions", "1.0.0.json");

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void HealthyRegistry_HasNoFindings() => Assert.Empty(_workspace.Open().Doctor().Findings);

    [Fact]
    public void ManifestChangedInALaterCommit_IsFoundWithTheCommitThatDidIt()
    {
        Alter();
        _workspace.Git("commit", "-qam", "innocent clean-up");
        var culprit = _workspace.Git("rev-parse", "HEAD")[..12];

        var finding = Assert.Single(_workspace.Open().Doctor().Findings);

        Assert.Equal("MR0217", finding.Diagnostic.Code);
        Assert.Contains(culprit, finding.What, StringComparison.Ordinal);
        Assert.Equal(ManifestPath, finding.Where);
        Assert.False(_workspace.Open().Doctor(fix: true).Healthy);
    }

    [Fact]
    public void ManifestChangedAndRestored_IsAnErrorForEver()
    {
        var original = File.ReadAllText(ManifestPath);
        Alter();
        _workspace.Git("commit", "-qam", "change");
        File.WriteAllText(ManifestPath, original);
        _workspace.Git("commit", "-qam", "restore");

        var report = _workspace.Open().Doctor();

        var finding = Assert.Single(report.Findings);
        Assert.Equal(("MR0217", DoctorSeverity.Error), (finding.Diagnostic.Code, finding.Severity));
        Assert.Contains("2 different contents", finding.What, StringComparison.Ordinal);
    }

    [Fact]
    public void ManifestChangedInAMerge_IsFound()
    {
        _workspace.Git("checkout", "-qb", "side");
        _workspace.File_("side.txt", "x");
        _workspace.Git("add", "side.txt");
        _workspace.Git("commit", "-qm", "side");
        _workspace.Git("checkout", "-q", "main");
        _workspace.File_("main.txt", "x");
        _workspace.Git("add", "main.txt");
        _workspace.Git("commit", "-qm", "main");
        _workspace.Git("merge", "-q", "--no-commit", "--no-ff", "side");
        Alter();
        _workspace.Git("commit", "-qam", "merge side");

        Assert.Contains(_workspace.Open().Doctor().Findings, f => f.Diagnostic.Code == "MR0217" && f.What.Contains(_workspace.Git("rev-parse", "HEAD")[..12], StringComparison.Ordinal));
    }

    [Fact]
    public void EditedManifest_IsRestored_AndTheEditIsKept()
    {
        Alter();

        Assert.Equal("MR0217", Assert.Single(_workspace.Open().Doctor().Findings).Diagnostic.Code);
        Assert.True(_workspace.Open().Doctor(fix: true).Healthy);

        Assert.Equal("", _workspace.Git("status", "--porcelain"));
        Assert.Contains("0.99", File.ReadAllText(Directory.GetFiles(Path.Combine(_workspace.Root, ".git", "modelreg-rescued")).Single()), StringComparison.Ordinal);
    }

    [Fact]
    public void DeletedManifest_IsRestored_AndARemovedOneNamesTheCommit()
    {
        File.Delete(ManifestPath);
        Assert.Equal("MR0220", Assert.Single(_workspace.Open().Doctor().Findings, f => f.Severity == DoctorSeverity.Error).Diagnostic.Code);
        Assert.True(_workspace.Open().Doctor(fix: true).Healthy);
        Assert.True(File.Exists(ManifestPath));

        _workspace.Git("rm", "-q", ManifestPath);
        _workspace.Git("commit", "-qm", "remove");
        Assert.Contains(_workspace.Git("rev-parse", "HEAD")[..12], Assert.Single(_workspace.Open().Doctor().Findings, f => f.Diagnostic.Code == "MR0220").What, StringComparison.Ordinal);
    }

    [Fact]
    public void UncommittedManifest_IsCommitted()
    {
        _workspace.Open().Register(_workspace.Request("m", "third") with { Commit = false });

        Assert.Equal("MR0218", Assert.Single(_workspace.Open().Doctor().Findings).Diagnostic.Code);
        Assert.True(_workspace.Open().Doctor(fix: true).Healthy);
        Assert.Equal("register m/1.2.0", _workspace.Git("log", "-1", "--format=%s").Trim());
    }

    [Fact]
    public void MissingBlob_IsFound_AndFetchedFromAFallback()
    {
        var blob = Blob("1.0.0");
        var fallback = Path.Combine(_workspace.Root, ".cache", "share");
        Directory.CreateDirectory(Path.Combine(fallback, "blobs", "sha256"));
        File.Move(blob, Path.Combine(fallback, "blobs", "sha256", Path.GetFileName(blob)));

        Assert.Equal("MR0301", Assert.Single(_workspace.Open().Doctor().Findings).Diagnostic.Code);
        Assert.False(_workspace.Open().Doctor(fix: true).Healthy);
        var elsewhere = RegistrySession.Open(_workspace.Root, _workspace.Options with { FallbackPaths = [fallback] }).Registry;
        // A clone of a team's registry need not have everything.
        Assert.True(elsewhere.Doctor().Healthy);
        Assert.Equal(("MR0301", DoctorSeverity.Info), Assert.Single(elsewhere.Doctor().Findings) is var finding ? (finding.Diagnostic.Code, finding.Severity) : default);
        Assert.True(elsewhere.Doctor(fix: true).Healthy);
        Assert.True(_workspace.Open().Doctor().Healthy);
    }

    [Fact]
    public void AlteredBlob_IsFoundEvenWhenItsTimeWasPutBack()
    {
        var blob = Blob("1.0.0");
        var time = File.GetLastWriteTimeUtc(blob);
        _workspace.Resolve("m", "1.0.0");
        File.SetAttributes(blob, FileAttributes.Normal);
        File.WriteAllText(blob, "fIrst");
        File.SetLastWriteTimeUtc(blob, time);

        Assert.Contains(_workspace.Open().Doctor().Findings, f => f.Diagnostic.Code == "MR0302" && f.Where == blob);
    }

    [Fact]
    public void AlteredBlob_IsNeverResolved_AndIsPutAside()
    {
        var blob = Blob("1.0.0");
        File.SetAttributes(blob, FileAttributes.Normal);
        File.WriteAllText(blob, "fIrst");

        Assert.Equal(5, (int)Expect.Code("MR0302", () => _workspace.Resolve("m", "1.0.0")).Diagnostic.Kind);
        Assert.Contains("quarantine", Expect.Code("MR0301", () => _workspace.Resolve("m", "1.0.0")).Message, StringComparison.Ordinal);
        Assert.Equal("1.1.0", _workspace.Resolve("m", "1.1.0"));
    }

    [Fact]
    public void LfsPointer_IsExplained()
    {
        var blob = Blob("1.0.0");
        File.SetAttributes(blob, FileAttributes.Normal);
        File.WriteAllText(blob, "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n");

        Assert.Contains("git lfs pull", Expect.Code("MR0305", () => _workspace.Resolve("m", "1.0.0")).Hint!, StringComparison.Ordinal);
    }

    [Fact]
    public void ManifestThatDoesNotParse_OrDisagreesWithItsPath_IsFound()
    {
        File.Copy(ManifestPath, Path.Combine(_workspace.RegistryRoot, "m", "versions", "9.0.0.json"));
        _workspace.File_("registry/n/versions/1.0.0.json", "{ \"name\": \"n\", ");

        var codes = _workspace.Open().Doctor().Findings.Where(f => f.Severity == DoctorSeverity.Error).Select(f => f.Diagnostic.Code);

        Assert.Equal(["MR0207", "MR0208"], codes.Order());
    }

    [Fact]
    public void FamiliesThatDifferInCase_AreFound()
    {
        if (OperatingSystem.IsWindows() || OperatingSystem.IsMacOS()) return;
        _workspace.File_("registry/M/versions/1.0.0.json", "{}");

        Assert.Contains(_workspace.Open().Doctor().Findings, f => f.Diagnostic.Code == "MR0211");
    }

    [Fact]
    public void StrayFiles_AreFoundAndRemoved()
    {
        _workspace.File_("models/tmp/abandoned/0", "half a model");
        _workspace.File_("registry/m/versions/.1.2.0.json.xyz.mr-tmp", "half");

        Assert.Equal(["MR0306", "MR0306"], _workspace.Open().Doctor().Findings.Select(f => f.Diagnostic.Code));
        Assert.True(_workspace.Open().Doctor(fix: true).Healthy);
        Assert.Empty(_workspace.Open().Doctor().Findings);
        Assert.False(Directory.Exists(Path.Combine(_workspace.Root, "models", "tmp", "abandoned")));
    }

    [Fact]
    public void AliasOfAMissingVersion_IsFound()
    {
        _workspace.File_("registry/m/aliases/production.json", """{ "version": "7.0.0", "at": "2026-01-01T00:00:00Z" }""");

        Assert.Contains(_workspace.Open().Doctor().Findings, f => f.Diagnostic.Code == "MR0224");
    }

    [Fact]
    public void InterruptedRegistration_IsInvisible_AndTakenBack()
    {
        var manifest = File.ReadAllText(ManifestPath).Replace("1.0.0", "1.2.0", StringComparison.Ordinal).Replace("19:30", "23:30", StringComparison.Ordinal);
        _workspace.File_("registry/m/versions/1.2.0.json", manifest);
        _workspace.File_("registry/.pending/x.json", """{ "creates": ["m/versions/1.2.0.json"], "commits": true, "at": "2026-01-01T00:00:00Z" }""");

        Assert.Equal("1.1.0", _workspace.Resolve("m", "latest"));
        Assert.Contains(_workspace.Open().Doctor().Findings, f => f.Diagnostic.Code == "MR0219");
        Assert.True(_workspace.Open().Doctor(fix: true).Healthy);

        Assert.False(File.Exists(Path.Combine(_workspace.RegistryRoot, "m", "versions", "1.2.0.json")));
        Assert.False(Directory.Exists(Path.Combine(_workspace.RegistryRoot, ".pending")));
        Assert.Equal("", _workspace.Git("status", "--porcelain"));
    }

    [Fact]
    public void InterruptedAfterItsCommit_IsKept()
    {
        _workspace.File_("registry/.pending/x.json", """{ "creates": ["m/versions/1.1.0.json"], "commits": true, "at": "2026-01-01T00:00:00Z" }""");

        Assert.Equal("1.1.0", _workspace.Resolve("m", "latest"));
        Assert.True(_workspace.Open().Doctor(fix: true).Healthy);
        Assert.Equal("1.1.0", _workspace.Resolve("m", "latest"));
    }

    private void Alter() => File.WriteAllText(ManifestPath, File.ReadAllText(ManifestPath).Replace("0.5", "0.99", StringComparison.Ordinal));

    private string Blob(string version) =>
        Path.Combine(_workspace.Root, "models", "blobs", "sha256", _workspace.Open().Get(new ModelId(ModelName.Parse("m"), ModelVersion.Parse(version))).Weights.Digest.Hex);
}
