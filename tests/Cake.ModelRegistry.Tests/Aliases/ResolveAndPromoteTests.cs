using Cake.Core;
using Cake.ModelRegistry.Tests.Support;
using ModelRegistry;

namespace Cake.ModelRegistry.Tests.Aliases;

public sealed class ResolveAndPromoteTests : IDisposable
{
    private readonly ScriptRepository _repository = new();
    private readonly ScriptContext _context;

    public ResolveAndPromoteTests()
    {
        _context = new ScriptContext(_repository.Root);
        _repository.Write("labels.txt", "zero\n");
        foreach (var (content, accuracy) in new[] { ("first", 0.98), ("second", 0.95) })
        {
            _repository.WriteWeights("model.pth", content);
            _context.RegisterModel(new RegisterModelSettings { Name = "digits", Files = { "model.pth", "labels.txt" }, Metrics = { ["accuracy"] = accuracy } });
        }
    }

    [Fact]
    public void ResolveModel_BestAndLatest_AreDifferentQuestions()
    {
        var best = _context.ResolveModel("digits", "best");

        Assert.Equal("digits/1.0.0", best.Id);
        Assert.EndsWith("first", File.ReadAllText(best.Path.FullPath), StringComparison.Ordinal);
        Assert.Equal(0.98, best.Metrics["accuracy"]);
        Assert.Equal("zero\n", File.ReadAllText(best.File("labels")!.FullPath));
        Assert.Null(best.File("sample-input"));
        Assert.Equal("digits/1.1.0", _context.ResolveModel("digits").Id);
        Assert.Equal("digits/1.0.0", _context.ResolveModel("digits/best").Id);
    }

    [Fact]
    public void ResolveModel_OutputDirectory_HoldsTheFilesUnderTheirNames()
    {
        var model = _context.ResolveModel(new ResolveModelSettings { Name = "digits", Selector = "best", OutputDirectory = "out here" });

        Assert.Equal(Path.Combine(_repository.Root, "out here", "model.pth"), Path.GetFullPath(model.Path.FullPath));
        Assert.Equal("zero\n", File.ReadAllText(Path.Combine(_repository.Root, "out here", "labels.txt")));
        File.AppendAllText(model.Path.FullPath, "may be written");
        Assert.EndsWith("first", File.ReadAllText(_context.ResolveModel("digits", "best").Path.FullPath), StringComparison.Ordinal);
    }

    [Fact]
    public void ResolveModel_FilesByRole_GivesThoseOnly()
    {
        var model = _context.ResolveModel(new ResolveModelSettings { Name = "digits", Files = { "labels" } });

        Assert.Equal(["labels.txt"], model.Files.Select(file => file.ModelPath));
    }

    [Fact]
    public void ResolveModel_NoMatch_IsOneCodedLineWithTheExitCodeOfTheCommand()
    {
        var failure = Assert.Throws<CakeException>(() => _context.ResolveModel("digits", "[3.0,4.0)"));

        Assert.StartsWith("error MR0205: ", failure.Message, StringComparison.Ordinal);
        Assert.Equal(3, failure.ExitCode);
    }

    [Fact]
    public void PromoteModel_MovesTheAliasOnce()
    {
        var promoted = _context.PromoteModel("digits", "best", "@production");
        var again = _context.PromoteModel("digits", "best", "production");

        Assert.Equal(("digits/1.0.0", "production", true), (promoted.Id, promoted.Alias, promoted.Changed));
        Assert.NotNull(promoted.Commit);
        Assert.False(again.Changed);
        Assert.Equal("digits/1.0.0", _context.ResolveModel("digits", "@production").Id);
    }

    [Fact]
    public void Registry_FromSettingsThenVariableThenUpwards()
    {
        using var other = new ScriptRepository();
        var elsewhere = Directory.CreateDirectory(Path.Combine(_repository.Root, "app", "src")).FullName;

        Assert.Equal("digits/1.1.0", new ScriptContext(elsewhere).ResolveModel("digits").Id);
        Assert.Throws<CakeException>(() => new ScriptContext(elsewhere, ("MODELREG_REGISTRY", other.Root)).ResolveModel("digits"));
        Assert.Equal("digits/1.1.0", new ScriptContext(other.Root, ("MODELREG_REGISTRY", other.Root)).ResolveModel(
            new ResolveModelSettings { Name = "digits", Registry = Path.Combine(_repository.Root, "registry") }).Id);
        var none = Assert.Throws<CakeException>(() => new ScriptContext(Path.GetTempPath()).ResolveModel("digits"));
        Assert.StartsWith("error MR0201: ", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ResolveModel_YankedVersion_WarnsWithItsCode()
    {
        RegistrySession.Open(_repository.Root).Registry.Yank(ModelId.Parse("digits/1.0.0"), "wrong labels");

        Assert.Equal("digits/1.1.0", _context.ResolveModel("digits", "best").Id);
        _context.ResolveModel("digits", "1.0.0");

        Assert.Contains(_context.Lines, line => line.StartsWith("Warning: warning MR0222: ", StringComparison.Ordinal));
    }

    [Fact]
    public void ResolveModel_StoreWithoutTheBlob_TakesItFromAFallbackFolderRelativeToTheScript()
    {
        Directory.Move(Path.Combine(_repository.Root, "models"), Path.Combine(_repository.Root, "elsewhere"));

        var lost = Assert.Throws<CakeException>(() => new ScriptContext(_repository.Root).ResolveModel("digits"));
        var found = new ScriptContext(_repository.Root, ("MODELREG_FALLBACK_PATHS", "elsewhere")).ResolveModel("digits");

        Assert.StartsWith("error MR0301: ", lost.Message, StringComparison.Ordinal);
        Assert.EndsWith("second", File.ReadAllText(found.Path.FullPath), StringComparison.Ordinal);
    }

    [Fact]
    public void VerifyModel_WithoutAnArchitecture_FailsWithTheCheckAndTheExitCodeOfTheCommand()
    {
        var failure = Assert.Throws<CakeException>(() => _context.VerifyModel(new VerifyModelSettings { Name = "digits", Commit = false }));

        Assert.StartsWith("error MR0642: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("architecture: MR0602", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, failure.ExitCode);
        Assert.True(File.Exists(Path.Combine(_repository.Root, "registry", "digits", "verifications", "1.1.0.json")));
    }

    [Fact]
    public void ResolveModel_TimeoutThatIsNoNumber_IsRefused()
    {
        var failure = Assert.Throws<CakeException>(() => new ScriptContext(_repository.Root, ("MODELREG_GIT_TIMEOUT", "soon")).ResolveModel("digits"));

        Assert.StartsWith("error MR0115: ", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _repository.Dispose();
}
