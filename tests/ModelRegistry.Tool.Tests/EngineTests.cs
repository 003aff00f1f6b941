using ModelRegistry.Tool.Tests.Support;

namespace ModelRegistry.Tool.Tests;

public sealed class EngineTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("engine add NAME", "engine", "make")]
    [InlineData("needs the name of an engine", "engine", "add")]
    [InlineData("needs the name of an engine", "engine", "remove")]
    [InlineData("takes no name", "engine", "list", "torchsharp")]
    public void WrongUsage_IsOneLineThatHelps(string help, params string[] arguments) => Assert.Contains(help, _scratch.Run(arguments).Fails("MR0115", 2).Errors, StringComparison.Ordinal);

    [Fact]
    public void List_NamesWhatIsThereAndWhatCanBeInstalled()
    {
        var json = _scratch.Run("engine", "list", "--json").Json;

        Assert.Equal(0, json.GetProperty("engines").GetArrayLength());
        Assert.Equal(["onnxruntime", "torchsharp"], json.GetProperty("available").EnumerateArray().Select(e => e.GetString()));
        Assert.Contains("modelreg engine add torchsharp", _scratch.Run("engine", "list").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Remove_OfWhatIsNotThere_ChangesNothing() => Assert.False(_scratch.Run("engine", "remove", "torchsharp", "--json").Json.GetProperty("removed").GetBoolean());

    [Fact]
    public void Verify_WithAnEngineThatIsNotInstalled_SaysHowToGetIt()
    {
        _scratch.Register("m", "one");

        var run = _scratch.Run("verify", "m", "--engine", "torchsharp").Fails("MR0654", 2);

        Assert.Contains("'modelreg engine add torchsharp'", run.Errors, StringComparison.Ordinal);
    }
}
