using System.Diagnostics;
using System.Text;
using ModelRegistry.Files;

namespace ModelRegistry.Tests.Files;

public sealed class SmallFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("small-file-").FullName;

    [Fact]
    public void TryRead_FileShorterThanTheBuffer_IsReadWhole()
    {
        var path = Write("äöü.json", "{ \"name\": \"ä\" }");
        var buffer = new byte[64];
        var count = SmallFile.TryRead(path, buffer);
        if (OperatingSystem.IsLinux()) Assert.Equal("{ \"name\": \"ä\" }", Encoding.UTF8.GetString(buffer, 0, count!.Value));
        else Assert.Null(count);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(100_000)]
    public void TryRead_FileThatFillsTheBuffer_IsLeftToTheCaller(int length) =>
        Assert.Null(SmallFile.TryRead(Write("f", new string('x', length)), new byte[8]));

    [Fact]
    public void TryRead_NothingThere_IsLeftToTheCaller() => Assert.Null(SmallFile.TryRead(Path.Combine(_folder, "none"), new byte[8]));

    [Fact]
    public void TryRead_Folder_IsLeftToTheCaller() => Assert.Null(SmallFile.TryRead(_folder, new byte[8]));

    [Fact]
    public void TryRead_NameThatANulEnds_IsLeftToTheCaller() => Assert.Null(SmallFile.TryRead(Write("f", "x") + "\0.json", new byte[8]));

    [Fact]
    public void TryRead_PipeWithoutAWriter_IsNotWaitedFor()
    {
        var pipe = Path.Combine(_folder, "pipe");
        if (!OperatingSystem.IsWindows()) MakePipe(pipe);
        Assert.Equal(OperatingSystem.IsLinux() ? 0 : null, SmallFile.TryRead(pipe, new byte[8]));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(8191)]
    [InlineData(8192)]
    [InlineData(50_000)]
    public void ReadAll_AnyLength_IsTheWholeFile(int length)
    {
        var path = Write("f", new string('x', length - 1) + "y");
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(8192);
        Assert.Equal(File.ReadAllBytes(path), RegistryDocument.ReadAll(path, ref buffer).ToArray());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void MakePipe(string path)
    {
        using var mkfifo = Process.Start("mkfifo", [path]);
        mkfifo.WaitForExit();
        Assert.Equal(0, mkfifo.ExitCode);
    }

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }
}
