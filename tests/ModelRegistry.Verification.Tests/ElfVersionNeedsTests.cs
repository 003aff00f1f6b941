namespace ModelRegistry.Verification.Tests;

/// <summary>One version need of a library is made weak, and nothing else of it changes.</summary>
public sealed class ElfVersionNeedsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelreg-elf-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Weaken_ChangesTheOneFlag()
    {
        if (!OperatingSystem.IsLinux()) return;
        var library = Copy(typeof(object).Assembly.Location.Replace("System.Private.CoreLib.dll", "libcoreclr.so", StringComparison.Ordinal));
        var before = File.ReadAllBytes(library);
        const string need = "GLIBC_2.2.5";
        Assert.True(ElfVersionNeeds.Requires(library, need));

        Assert.True(ElfVersionNeeds.Weaken(library, need));

        Assert.False(ElfVersionNeeds.Requires(library, need));
        Assert.False(ElfVersionNeeds.Weaken(library, need));
        Assert.Equal(1, before.Zip(File.ReadAllBytes(library)).Count(pair => pair.First != pair.Second));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a library")]
    [InlineData("\u007fELF\u0002\u0001")]
    public void Requires_OfSomethingElse_IsAFailureNotACrash(string content)
    {
        var path = Path.Combine(_folder, "x.so");
        File.WriteAllText(path, content);

        Assert.Throws<InvalidDataException>(() => ElfVersionNeeds.Requires(path, "GLIBC_2.2.5"));
    }

    private string Copy(string library)
    {
        var path = Path.Combine(_folder, "library.so");
        File.Copy(library, path);
        return path;
    }
}
