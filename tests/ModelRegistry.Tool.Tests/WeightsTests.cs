using System.IO.Compression;
using System.Text;
using System.Text.Json;
using ModelRegistry.Tool.Tests.Support;

namespace ModelRegistry.Tool.Tests;

/// <summary><c>scan</c>, <c>inspect</c>, <c>convert</c> and <c>compare --layers</c>.</summary>
public sealed class WeightsTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Scan_ASafeFile_SaysSo()
    {
        var file = _scratch.WeightsFile("a.safetensors", "abc");
        var json = _scratch.Run("scan", file, "--json").Json;
        Assert.Equal(["path", "verdict", "format", "findings"], json.EnumerateObject().Select(p => p.Name));
        Assert.Equal(file, json.GetProperty("path").GetString());
        Assert.Equal("safe", json.GetProperty("verdict").GetString());
        Assert.Equal("safetensors", json.GetProperty("format").GetString());
        Assert.Empty(json.GetProperty("findings").EnumerateArray());
    }

    [Theory]
    [InlineData("model.pth")]
    [InlineData("labels.txt")]
    public void Scan_APickleThatAsksForOsSystem_IsDangerous_AndRegisterRefusesIt(string name)
    {
        var file = Dangerous(name);
        var outcome = _scratch.Run("scan", file, "--json");
        Assert.Equal(1, outcome.ExitCode);
        using var json = JsonDocument.Parse(outcome.Output);
        Assert.Equal("dangerous", json.RootElement.GetProperty("verdict").GetString());
        var finding = json.RootElement.GetProperty("findings").EnumerateArray().First();
        Assert.Equal(["code", "what", "where"], finding.EnumerateObject().Select(p => p.Name));
        Assert.Contains("os.system", json.RootElement.GetProperty("findings").ToString(), StringComparison.Ordinal);

        var before = _scratch.Snapshot();
        var weights = name == "labels.txt" ? _scratch.WeightsFile("w.safetensors", "w") : file;
        string[] files = weights == file ? ["--file", file] : ["--file", weights, file];
        var refused = _scratch.Run(["register", "--name", "m", .. files]).Fails("MR0120", 1);
        Assert.Contains("os.system", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(before, _scratch.Snapshot());
    }

    [Fact]
    public void Register_AllowUnsafe_RecordsTheVerdict()
    {
        var outcome = _scratch.Run("register", "--name", "m", "--file", Dangerous("model.pth"), "--allow-unsafe");
        Assert.Equal(0, outcome.ExitCode);
        Assert.StartsWith("warning MR0120: ", outcome.Errors, StringComparison.Ordinal);
        Assert.Equal("dangerous", _scratch.Run("show", "m", "--json").Json.GetProperty("files")[0].GetProperty("scan").GetString());
        Assert.Equal(1, _scratch.Run("scan", "m").ExitCode);
    }

    [Fact]
    public void Register_WeightsThatAreNone_AreRefused() =>
        _scratch.Run("register", "--name", "m", "--file", _scratch.File_("m.pth", "not weights at all")).Fails("MR0121", 1);

    [Fact]
    public void ShardedModel_IsOneModel_ForEveryCommand()
    {
        Shards();
        var registered = _scratch.Run("register", "--name", "m", "--file", "parts/model-00001-of-00002.safetensors", "--json").Json;
        Assert.Equal(
            ["model-00001-of-00002.safetensors weights", "model-00002-of-00002.safetensors weights", "model.safetensors.index.json weights-index"],
            registered.GetProperty("files").EnumerateArray().Select(f => $"{f.GetProperty("path").GetString()} {f.GetProperty("role").GetString()}"));
        Directory.Delete(Path.Combine(_scratch.Root, "parts"), recursive: true);

        Assert.Equal(2, _scratch.Run("inspect", "m", "--json").Json.GetProperty("tensors").GetArrayLength());
        Assert.Equal("safe", _scratch.Run("scan", "m", "--json").Json.GetProperty("verdict").GetString());
        Assert.Equal(0, _scratch.Run("convert", "m", "whole.safetensors").ExitCode);
        Assert.Equal(2, _scratch.Run("compare", "m", "latest", "1.0.0", "--layers", "--json").Json.GetProperty("layers").GetProperty("unchanged").GetInt32());
        var folder = _scratch.Run("resolve", "m").Text;
        Assert.True(File.Exists(Path.Combine(folder, "model-00002-of-00002.safetensors")), folder);
        var resolved = _scratch.Run("resolve", "m", "--json").Json;
        Assert.Equal(folder, resolved.GetProperty("folder").GetString());
        Assert.Equal(Path.Combine(folder, "model-00001-of-00002.safetensors"), resolved.GetProperty("files")[0].GetProperty("localPath").GetString());
        Assert.Equal(0, _scratch.Run("pull", "m", "--output", "pulled").ExitCode);
        Assert.Equal(3, Directory.GetFiles(Path.Combine(_scratch.Root, "pulled"), "model*").Length);
    }

    [Fact]
    public void ShardedModel_WithoutOneOfItsParts_IsRefusedByName()
    {
        Shards();
        File.Delete(Path.Combine(_scratch.Root, "parts", "model-00002-of-00002.safetensors"));
        foreach (var command in new[] { new[] { "register", "--name", "m", "--file", "parts" }, ["inspect", "parts/model.safetensors.index.json"], ["convert", "parts/model-00001-of-00002.safetensors", "x.safetensors"] })
            Assert.Contains("model-00002-of-00002.safetensors", _scratch.Run(command).Fails("MR0533", 2).Errors, StringComparison.Ordinal);
        Assert.Equal(1, _scratch.Run("scan", "parts/model-00001-of-00002.safetensors").ExitCode);
    }

    [Fact]
    public void VersionOfSeveralModels_IsNeverReadAsItsFirst()
    {
        var unet = _scratch.File_("sd/unet/w.safetensors", File.ReadAllBytes(_scratch.WeightsFile("a.safetensors", "a")));
        _scratch.File_("sd/vae/w.safetensors", File.ReadAllBytes(_scratch.WeightsFile("b.safetensors", "bb")));
        Assert.Equal(0, _scratch.Run("register", "--name", "sd", "--file", Path.GetFullPath(Path.Combine(unet, "..", ".."))).ExitCode);
        _scratch.Run("inspect", "sd").Fails("MR0536", 2);
        Assert.Equal(2, _scratch.Run("inspect", "sd", "--files", "vae/*", "--json").Json.GetProperty("parameters").GetInt32());
    }

    [Fact]
    public void Scan_SeveralTargets_HasTheWorstVerdict()
    {
        var safe = _scratch.WeightsFile("a.safetensors", "abc");
        var json = _scratch.Run("scan", safe, _scratch.File_("m.h5", [0x89, .. "HDF\r\n\u001a\n"u8, .. new byte[64]]), "--json");
        Assert.Equal(1, json.ExitCode);
        using var document = JsonDocument.Parse(json.Output);
        Assert.Equal("unknown", document.RootElement.GetProperty("verdict").GetString());
        Assert.Equal(["safe", "unknown"], document.RootElement.GetProperty("files").EnumerateArray().Select(f => f.GetProperty("verdict").GetString()));
    }

    private void Shards()
    {
        Directory.CreateDirectory(Path.Combine(_scratch.Root, "parts"));
        foreach (var (name, tensor) in new[] { ("model-00001-of-00002.safetensors", "a"), ("model-00002-of-00002.safetensors", "b") })
        {
            ModelRegistry.Weights.SafetensorsWriter.Write(
                Path.Combine(_scratch.Root, "parts", name),
                [new ModelRegistry.Weights.NamedTensor(tensor, ModelRegistry.Weights.Tensor.FromFloat32(tensor, [1], [1f]))]);
        }

        File.WriteAllText(Path.Combine(_scratch.Root, "parts", "model.safetensors.index.json"), """{"weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors"}}""");
    }

    [Fact]
    public void Register_ReadsFormatParametersAndTensors()
    {
        _scratch.Register("m", "hello").Text.ToString();
        var file = _scratch.Run("show", "m", "--json").Json.GetProperty("files")[0];
        Assert.Equal("safetensors", file.GetProperty("format").GetString());
        Assert.Equal(5, file.GetProperty("parameters").GetInt64());
        Assert.Equal(1, file.GetProperty("tensors").GetInt32());
        Assert.Equal("safe", file.GetProperty("scan").GetString());
    }

    [Fact]
    public void Scan_AFolder_GivesTheWorstVerdictAndOneDocumentAFile()
    {
        var folder = Path.GetDirectoryName(_scratch.WeightsFile("many/a.safetensors", "a"))!;
        Dangerous("many/b.pth");
        var outcome = _scratch.Run("scan", folder, "--json");
        Assert.Equal(1, outcome.ExitCode);
        using var json = JsonDocument.Parse(outcome.Output);
        Assert.Equal("dangerous", json.RootElement.GetProperty("verdict").GetString());
        Assert.Equal(["safe", "dangerous"], json.RootElement.GetProperty("files").EnumerateArray().Select(f => f.GetProperty("verdict").GetString()!));
    }

    [Fact]
    public void Inspect_Json_HasTheDocumentedFields()
    {
        _scratch.Register("m", "hello").Text.ToString();
        var json = _scratch.Run("inspect", "m/latest", "--json").Json;
        Assert.Equal(["format", "tensors", "parameters", "layers"], json.EnumerateObject().Take(4).Select(p => p.Name));
        var tensor = Assert.Single(json.GetProperty("tensors").EnumerateArray());
        Assert.Equal(["name", "dtype", "shape", "bytes"], tensor.EnumerateObject().Select(p => p.Name));
        Assert.Equal("layer.weight", tensor.GetProperty("name").GetString());
        Assert.Equal("uint8", tensor.GetProperty("dtype").GetString());
        Assert.Equal(5, tensor.GetProperty("shape")[0].GetInt64());
        Assert.Equal(5, json.GetProperty("parameters").GetInt64());
        Assert.Equal("layer", json.GetProperty("layers")[0].GetProperty("path").GetString());
        Assert.Contains("layer.weight", _scratch.Run("inspect", "m").Text, StringComparison.Ordinal);
        Assert.Contains("layer", _scratch.Run("inspect", "m", "--layers").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_WhatIsNoWeights_IsOneLine()
    {
        var outcome = _scratch.Run("inspect", _scratch.File_("a.pth", "nothing"));
        outcome.Fails("MR0501", 2);
        _scratch.Run("inspect", "nowhere.pth").Fails("MR0107", 2);
        _scratch.Run("inspect", _scratch.RegistryRoot).Fails("MR0107", 2);
    }

    [Fact]
    public void Convert_ThereAndBack_KeepsTheTensors()
    {
        var source = _scratch.WeightsFile("a.safetensors", "hello");
        var json = _scratch.Run("convert", source, "a.pth", "--json").Json;
        Assert.Equal("safetensors", json.GetProperty("source").GetString());
        Assert.Equal("pytorch-state-dict", json.GetProperty("target").GetString());
        Assert.Equal(1, json.GetProperty("tensors").GetInt32());
        _scratch.Run("convert", source, "a.pth").Fails("MR0570", 2);
        _scratch.Run("convert", "a.pth", "b.safetensors").Text.ToString();
        Assert.Equal(_scratch.Run("inspect", source, "--json").Json.GetProperty("tensors").ToString(), _scratch.Run("inspect", "b.safetensors", "--json").Json.GetProperty("tensors").ToString());
        _scratch.Run("convert", source, "a.xyz").Fails("MR0575", 2);
    }

    [Fact]
    public void Compare_Layers_MeasuresEachTensor()
    {
        _scratch.Register("m", "aaaa").Text.ToString();
        _scratch.Register("m", "aaab").Text.ToString();
        var layers = _scratch.Run("compare", "m", "1.0.0", "1.1.0", "--layers", "--json").Json.GetProperty("layers");
        Assert.Equal(["added", "removed", "reshaped", "retyped", "changed", "unchanged"], layers.EnumerateObject().Select(p => p.Name));
        var changed = Assert.Single(layers.GetProperty("changed").EnumerateArray());
        Assert.Equal("layer.weight", changed.GetProperty("name").GetString());
        Assert.Equal(1.0, changed.GetProperty("maxDifference").GetDouble());
        Assert.Equal(1, changed.GetProperty("changedElements").GetInt64());
        Assert.Contains("layer.weight", _scratch.Run("compare", "m", "1.0.0", "1.1.0", "--layers").Text, StringComparison.Ordinal);
    }

    // Protocol 2, GLOBAL os system, a call with one string: what torch.load without weights_only would run.
    private string Dangerous(string name)
    {
        var pickle = Encoding.Latin1.GetBytes("\u0080\u0002cos\nsystem\nX\u0004\u0000\u0000\u0000true\u0085R.");
        if (!name.EndsWith(".pth", StringComparison.Ordinal)) return _scratch.File_(name, pickle);
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "archive/data.pkl", pickle);
            Add(zip, "archive/version", "3\n"u8.ToArray());
        }

        return _scratch.File_(name, archive.ToArray());
    }

    private static void Add(ZipArchive zip, string name, byte[] content)
    {
        using var entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
        entry.Write(content);
    }
}
