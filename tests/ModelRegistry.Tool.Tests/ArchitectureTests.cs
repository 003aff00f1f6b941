using System.IO.Compression;
using System.Text.Json;
using ModelRegistry.Tool.Tests.Support;

namespace ModelRegistry.Tool.Tests;

/// <summary><c>architectures --from</c>, with files that PyTorch wrote (fixtures/make_graphs.py).</summary>
public sealed class ArchitectureTests : IDisposable
{
    private static readonly JsonElement s_fixture = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "fixtures", "graphs.json"))).RootElement;

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("traced.pt")]
    [InlineData("scripted.pt")]
    [InlineData("exported.onnx")]
    public void From_AGraph_IsAnArchitectureWithWhichItsFileVerifies(string name)
    {
        var weights = Fixture(name);
        var proposed = _scratch.Run("architectures", "--from", weights);
        Assert.Equal(0, proposed.ExitCode);
        Assert.StartsWith("info: ", proposed.Errors, StringComparison.Ordinal);
        Assert.Equal(["linear", "leaky_relu", "linear"], JsonDocument.Parse(proposed.Output).RootElement.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("op").GetString()));

        _scratch.Run("register", "--name", "m", "--file", weights, _scratch.File_("architecture.json", proposed.Output)).Text.ToString();
        Assert.True(_scratch.Run("verify", "m", "--engine", "managed", "--timeout", "600", "--json").Json.GetProperty("passed").GetBoolean());
    }

    [Theory]
    [InlineData("odd.pt", "the vocabulary has no word for", "fft_rfft", "cumsum")]
    [InlineData("branching.pt", "cannot be followed", "values of a tensor")]
    public void From_AGraphThatIsNotTold_NamesWhatItIs(string name, params string[] named)
    {
        var refused = _scratch.Run("architectures", "--from", Fixture(name)).Fails("MR0628", 3);
        Assert.All(named, word => Assert.Contains(word, refused.Errors, StringComparison.Ordinal));
    }

    // Each of these ran for ever, ran for minutes, or ended the process.
    [Theory]
    [InlineData("for i in range(-9223372036854775807, 9223372036854775807):\n      y = i\n    return input", 1, "runs too often")]
    [InlineData("for i in range(9000):\n      for j in range(9000):\n        y = range(9000)\n    return input", 1, "too many steps")]
    [InlineData("return self{}", 400_000, "nested too deeply", ".a")]
    [InlineData("return {}input{}", 180, "nested too deeply", "(self).forward(", ", )")]
    public void From_CodeThatHasNoEnd_IsRefusedAtOnce(string body, int times, string why, params string[] repeated)
    {
        var hostile = Fixture("scripted.pt");
        foreach (var part in repeated) body = body[..body.IndexOf("{}", StringComparison.Ordinal)] + string.Concat(Enumerable.Repeat(part, times)) + body[(body.IndexOf("{}", StringComparison.Ordinal) + 2)..];
        using (var archive = ZipFile.Open(hostile, ZipArchiveMode.Update))
        {
            var entry = archive.Entries.Single(entry => entry.FullName.Contains("/container/", StringComparison.Ordinal) && entry.FullName.EndsWith(".py", StringComparison.Ordinal));
            string code;
            using (var reader = new StreamReader(entry.Open())) code = reader.ReadToEnd();
            const string signature = "-> Tensor:\n";
            code = code[..(code.IndexOf(signature, StringComparison.Ordinal) + signature.Length)] + "    " + body + "\n";
            var name = entry.FullName;
            entry.Delete();
            using var writer = new StreamWriter(archive.CreateEntry(name, CompressionLevel.NoCompression).Open());
            writer.Write(code);
        }

        var refused = _scratch.Run("architectures", "--from", hostile).Fails("MR0628", 3);

        Assert.Contains(why, refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void From_AStateDict_IsTheBuiltInNetworkThatFits_AndACheckpointWithPlainValuesVerifiesWithIt()
    {
        var checkpoint = Fixture("lightning.ckpt");
        var proposed = _scratch.Run("architectures", "--from", checkpoint);
        Assert.Equal("mlp", JsonDocument.Parse(proposed.Output).RootElement.GetProperty("name").GetString());
        Assert.Contains("'model.'", proposed.Errors, StringComparison.Ordinal);

        Assert.Contains("MR0527", _scratch.Run("register", "--name", "m", "--file", checkpoint, "--architecture", "mlp").Errors, StringComparison.Ordinal);
        Assert.True(_scratch.Run("verify", "m", "--engine", "managed", "--timeout", "600", "--json").Json.GetProperty("passed").GetBoolean());
    }

    private string Fixture(string name) => _scratch.File_(name, s_fixture.GetProperty("files").GetProperty(name).GetBytesFromBase64());
}
