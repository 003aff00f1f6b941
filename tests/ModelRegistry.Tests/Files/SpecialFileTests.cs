using System.Diagnostics;
using System.Net.Sockets;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Files;

/// <summary>Pipes, sockets and devices are called what they are, and nobody waits for one.</summary>
public sealed class SpecialFileTests : IDisposable
{
    private readonly Workspace _workspace = new();

    [Fact]
    public void Register_APipeASocketOrADevice_IsRefusedByName_AndNothingIsLeft()
    {
        if (OperatingSystem.IsWindows()) return;
        var (pipe, socket) = (Pipe("p.pth"), Path.Combine(_workspace.Root, "s.pth"));
        using var listening = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listening.Bind(new UnixDomainSocketEndPoint(socket));
        var before = _workspace.Git("log", "--all", "--format=%H");

        Assert.Contains("a named pipe", Refused("MR0109", pipe), StringComparison.Ordinal);
        Assert.Contains("a socket", Refused("MR0109", socket), StringComparison.Ordinal);
        Assert.Contains("a device", Refused("MR0109", "/dev/zero"), StringComparison.Ordinal);
        File.CreateSymbolicLink(Path.Combine(_workspace.Root, "l.pth"), pipe);
        Assert.Contains("a named pipe", Refused("MR0109", Path.Combine(_workspace.Root, "l.pth")), StringComparison.Ordinal);

        Assert.Equal(before, _workspace.Git("log", "--all", "--format=%H"));
        Assert.False(Directory.Exists(Path.Combine(_workspace.RegistryRoot, "x")));
        File.Delete(socket);
    }

    [Fact]
    public void Register_AFolderWithAPipe_LeavesItOut_AndSaysSo()
    {
        if (OperatingSystem.IsWindows()) return;
        _workspace.File_("f/model.pth", "weights");
        Pipe("f/events");

        var result = _workspace.Open().Register(new RegistrationRequest { Name = ModelName.Parse("x"), Files = [new FileToRegister(Path.Combine(_workspace.Root, "f"))] });

        Assert.Equal("model.pth", Assert.Single(result.Manifest.Files).Path.Value);
        Assert.Contains(_workspace.Log.Warnings, w => w.Code == "MR0109" && w.Message.Contains("events is a named pipe", StringComparison.Ordinal));
    }

    [Fact]
    public void EverythingElseThatReadsAFile_RefusesAPipe()
    {
        if (OperatingSystem.IsWindows()) return;
        var pipe = Pipe("p");
        _workspace.Register("m", "a");

        Refuses("MR0109", () => _workspace.Open().Import(pipe));
        Refuses("MR0110", () => new RegistrationInput(_workspace.Root).Add(RegistrationFields.Name, "x").Add(RegistrationFields.MetricsFile, pipe).ToRequest());
        Refuses("MR0302", () => RegistryDocument.ReadOutside<RegistrySettings>(pipe, Codes.DigestMismatch));
        var folder = Directory.CreateDirectory(Path.Combine(_workspace.Root, "out")).FullName;
        Pipe("out/m.pth");
        Refuses("MR0117", () => PlacedFolder.Update(folder, [new FileToPlace(RelativeFilePath.Parse("m.pth"), Digest.Of("a"u8), _workspace.File_("m.pth", "a"))], new PlaceOptions { KeepOthers = true }, default));
    }

    [Fact]
    public void Reading_AFileOfTheRegistryThatIsAPipe_IsACodedError()
    {
        if (OperatingSystem.IsWindows()) return;
        _workspace.Register("m", "a");
        Pipe("registry/m/versions/2.0.0.json");

        Refuses("MR0207", () => _workspace.Open().Get(ModelId.Parse("m/2.0.0")));
    }

    public void Dispose() => _workspace.Dispose();

    private string Refused(string code, string file) =>
        Expect.Code(code, () => _workspace.Open().Register(new RegistrationRequest { Name = ModelName.Parse("x"), Files = [new FileToRegister(file, FileRoles.Weights)] })).Message;

    private static void Refuses(string code, Action action) => Assert.Contains("a named pipe", Expect.Code(code, action).Message, StringComparison.Ordinal);

    private string Pipe(string name)
    {
        var path = Path.Combine(_workspace.Root, name);
        using var made = Process.Start("mkfifo", [path]);
        made.WaitForExit();
        Assert.Equal(0, made.ExitCode);
        return path;
    }
}
