using System.Text.Json;
using ModelRegistry.Tool.Tests.Support;

namespace ModelRegistry.Tool.Tests;

/// <summary>One network as wrappers and training frameworks save it (fixtures/make_wrapped.py): each registers, inspects and verifies with the commands of the README.</summary>
public sealed class WrappedCheckpointTests : IDisposable
{
    private static readonly JsonElement s_fixture = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "fixtures", "wrapped.json"))).RootElement;

    private readonly Scratch _scratch = new();

    public static TheoryData<string> Files => [.. s_fixture.GetProperty("files").EnumerateObject().Select(file => file.Name)];

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void Checkpoint_RegistersInspectsAndVerifies_WithTheOutputsOfPyTorch(string name)
    {
        var file = _scratch.File_(name, s_fixture.GetProperty("files").GetProperty(name).GetBytesFromBase64());
        var registered = _scratch.Run("register", "--name", "net", "--file", file, "--architecture", "mlp");
        Assert.True(registered.ExitCode == 0, registered.ToString());
        Assert.Equal(4, _scratch.Run("inspect", "net", "--json").Json.GetProperty("tensors").GetArrayLength());

        var input = _scratch.File_("x.npy", s_fixture.GetProperty("input").GetBytesFromBase64());
        var verified = _scratch.Run("verify", "net", "--input", input, "--timeout", "600", "--json").Json;

        Assert.True(verified.GetProperty("passed").GetBoolean());
        var expected = s_fixture.GetProperty("probabilities").EnumerateArray().Select(p => p.GetDouble()).ToArray();
        // bfloat16 has eight bits of precision, float16 eleven.
        var tolerance = name is "half.pth" or "ultralytics.pt" ? 0.01 : 1e-5;
        Assert.All(verified.GetProperty("top").EnumerateArray(), top => Assert.InRange(top.GetProperty("probability").GetDouble(), expected[top.GetProperty("index").GetInt32()] - tolerance, expected[top.GetProperty("index").GetInt32()] + tolerance));
    }
}
