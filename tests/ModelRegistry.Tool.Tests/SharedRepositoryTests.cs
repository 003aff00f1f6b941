using ModelRegistry.Tool.Tests.Support;

namespace ModelRegistry.Tool.Tests;

/// <summary>
/// Several people work in one clone (<c>core.sharedRepository</c>): what the command makes there has the permissions that git gives its own
/// files, whatever the umask of who runs it.
/// </summary>
public sealed class SharedRepositoryTests : IDisposable
{
    private readonly Scratch _scratch = new(git: false, registry: false);

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("umask")]
    [InlineData("group")]
    [InlineData("all")]
    [InlineData("0660")]
    [InlineData("0640")]
    public void WhatIsMade_HasThePermissionsOfGitsOwnFiles(string shared)
    {
        if (OperatingSystem.IsWindows()) return;
        Init(shared);

        Modelreg("register", "--name", "m", "--file", _scratch.WeightsFile("m.safetensors", "one"));
        Modelreg("promote", "m", "latest", "production");

        var (folder, file, fixedFile) = (Mode(In(".git", "refs")), Mode(In(".git", "index")), Mode(Directory.EnumerateFiles(In(".git", "objects"), "*", SearchOption.AllDirectories).First()));
        var made = Made("registry").Concat(Made("models")).ToList();
        Assert.InRange(made.Count, 12, 100);
        Assert.All(made, path => Assert.Equal((path, Directory.Exists(path) ? folder : IsBlob(path) ? fixedFile : file), (path, Mode(path))));
        Assert.Single(made, IsBlob);
        Assert.Equal(file, Mode(In(".git", "modelreg.lock")));
        Assert.Equal(file, Mode(In(".git", "COMMIT_EDITMSG")));
    }

    [Fact]
    public void WhatASyncBrings_IsTheGroupsToo()
    {
        if (OperatingSystem.IsWindows()) return;
        var (remote, other) = (Path.GetFullPath(In("..", "remote.git")), Path.GetFullPath(In("..", "other")));
        Init("group");
        _scratch.Git("init", "--quiet", "--bare", remote);
        _scratch.Git("remote", "add", "origin", remote);
        Modelreg("sync");
        _scratch.Git("clone", "--quiet", remote, other);
        _scratch.InShell("cd \"$1\" && \"$0\" register --name m --file \"$2\" --push", other, _scratch.WeightsFile("m.safetensors", "one")).Text.ToString();

        Modelreg("sync");

        Assert.Equal(Mode(In(".git", "refs")), Mode(In("registry", "m", "versions")));
        Assert.Equal(Mode(In(".git", "index")), Mode(In("registry", "m", "versions", "1.0.0.json")));
    }

    private void Init(string shared)
    {
        _scratch.InShell("umask 022; git init --quiet --template= --shared=\"$1\"", shared).Text.ToString();
        Modelreg("init");
    }

    private void Modelreg(params string[] arguments) => _scratch.InShell("umask 022; exec \"$0\" \"$@\"", arguments).Text.ToString();

    private string In(params string[] segments) => Path.Combine([_scratch.Root, .. segments]);

    private IEnumerable<string> Made(string folder) => Directory.EnumerateFileSystemEntries(In(folder), "*", SearchOption.AllDirectories).Prepend(In(folder));

    private static bool IsBlob(string path) => File.Exists(path) && Path.GetFileName(Path.GetDirectoryName(path)) == "sha256";

    private static UnixFileMode Mode(string path) => OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(path);
}
