using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Registration;

/// <summary>
/// Takes an image of the clone and its remote before and after every git command that writes: what a kill at that moment leaves on the
/// disk. Each image must be mended, and what was begun there must work again.
/// </summary>
public sealed class CrashImageTests : IDisposable
{
    private static readonly ModelName M = ModelName.Parse("m");

    private readonly Team _team = new();
    private readonly string _images;

    public CrashImageTests()
    {
        _images = Path.Combine(Path.GetDirectoryName(_team.Remote)!, "images");
        _team.Git(1, "config", "remote.origin.url", "../remote.git");
    }

    [Fact]
    public void Register() => Check(registry => Registered(registry, "b"), registry => Assert.True(registry.GetFamily(M).Versions.Count is 1 or 2), prepare: () => _team.Register(1, "m"));

    [Fact]
    public void Promote() => Check(registry => registry.Promote(M, Selector.Latest, "production"), registry => Assert.Equal("1.0.0", registry.GetFamily(M).Aliases["production"].Version.Value), prepare: () => _team.Register(1, "m"));

    [Fact]
    public void Sync_ThatRenumbers() => Check(registry => registry.Sync(), SyncedBoth, prepare: () =>
    {
        _team.Register(0, "m");
        _team.Sync(0);
        _team.Register(1, "m");
        _team.Open(1).Promote(M, Selector.Latest, "staging");
    });

    [Theory]
    [InlineData("--no-rebase")]
    [InlineData("--rebase")]
    public void Renumber(string way) => Check(
        registry =>
        {
            // The image may be from after the end.
            if (registry.GetFamily(M).Versions.Count < 2 || Workspace.GitIn(registry.Layout.Root, "status", "--porcelain") != "") registry.Renumber(ModelId.Parse("m/1.0.0"));
            if (way == "--rebase") Workspace.GitIn(registry.Layout.Root, "-c", "core.editor=true", "rebase", "--continue");
        },
        registry =>
        {
            Assert.Equal(["1.0.0", "1.1.0"], registry.GetFamily(M).Versions.Select(v => v.Version.Value).Order());
            Assert.Equal("1.0.0", registry.Log(M).Single(e => e is { Action: "register", Version: "1.1.0" }).RenumberedFrom);
            if (way == "--no-rebase") Assert.Equal("1.1.0", registry.GetFamily(M).Aliases["staging"].Version.Value);
        },
        prepare: () =>
        {
            _team.Register(0, "m");
            _team.Sync(0);
            _team.Register(1, "m");
            if (way == "--no-rebase") _team.Open(1).Promote(M, Selector.Latest, "staging");
            Workspace.TryGit(_team.Clones[1], "pull", "-q", way, "--no-edit");
            Assert.NotEqual("", _team.Git(1, "ls-files", "-u"));
        });

    public void Dispose() => _team.Dispose();

    private void Check(Action<Registry> act, Action<Registry> expect, Action prepare)
    {
        prepare();
        act(RegistrySession.Open(_team.Clones[1], _team.Options with { GitExecutable = Camera() }).Registry);
        var images = Directory.GetDirectories(_images).Order(StringComparer.Ordinal).ToList();
        Assert.True(images.Count >= 2, "no image was taken");
        foreach (var image in images)
        {
            var clone = Path.Combine(image, "clone1");
            // As if git had been killed half-way.
            File.WriteAllText(Path.Combine(clone, ".git", "index.lock"), "");
            var registry = RegistrySession.Open(clone, _team.Options).Registry;
            var mended = registry.Doctor(fix: true);
            var where = $"{Path.GetFileName(image)}: {string.Join("; ", mended.Findings.Select(f => $"{f.Diagnostic.Code} {f.What} {f.Where}"))}";
            Assert.True(!File.Exists(Path.Combine(clone, ".git", "index.lock")), where);
            Assert.False(Directory.Exists(Path.Combine(clone, "registry", ".pending")), where);
            try
            {
                act(registry);
                expect(RegistrySession.Open(clone, _team.Options).Registry);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException(where, failure);
            }

            Assert.True(Workspace.GitIn(clone, "status", "--porcelain") == "", where);
            Assert.DoesNotContain(registry.Doctor().Findings, f => f.Severity != DoctorSeverity.Info && f.Diagnostic.Code != "MR0301");
        }
    }

    private void Registered(Registry registry, string content) => registry.Register(new RegistrationRequest { Name = M, Files = [new FileToRegister(Weights(content), Path: RelativeFilePath.Parse("m.pth"))] });

    private string Weights(string content)
    {
        var file = Path.Combine(_images + "-weights.pth");
        File.WriteAllText(file, content);
        return file;
    }

    private void SyncedBoth(Registry registry)
    {
        var remote = Path.Combine(Path.GetDirectoryName(registry.Layout.Root)!, "..", "remote.git");
        Assert.Equal(Workspace.GitIn(registry.Layout.Root, "rev-parse", "HEAD"), Workspace.GitIn(remote, "rev-parse", "main"));
        Assert.Equal(["1.0.0", "1.1.0"], registry.GetFamily(M).Versions.Select(v => v.Version.Value).Order());
        Assert.Equal("1.1.0", registry.GetFamily(M).Aliases["staging"].Version.Value);
    }

    // A git that copies clone and remote before and after each command that writes.
    private string Camera()
    {
        Directory.CreateDirectory(_images);
        var git = Path.Combine(Path.GetDirectoryName(_team.Remote)!, "camera");
        File.WriteAllText(git, $"""
            #!/bin/sh
            case " $* " in *maintenance.auto=false*) ;; *) exec git "$@" ;; esac
            take() (cd '{Path.GetDirectoryName(_team.Remote)}' && to=images/$(printf %03d "$(ls images | wc -l)")-$1 && mkdir "$to" && cp -a remote.git clone1 "$to") </dev/null
            take before
            git "$@"
            code=$?
            take after
            exit $code

            """);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(git, (UnixFileMode)0b111_101_101);
        return git;
    }
}
