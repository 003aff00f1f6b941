namespace ModelRegistry.Weights.Tests.Sharding;

/// <summary>A model in several files is one model: whole, or refused by name.</summary>
public sealed class ShardedModelTests : IDisposable
{
    private const string First = "model-00001-of-00002.safetensors";
    private const string Second = "model-00002-of-00002.safetensors";
    private const string Index = "model.safetensors.index.json";
    private readonly string _folder = Directory.CreateTempSubdirectory("shards").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(First)]
    [InlineData(Second)]
    [InlineData(Index)]
    [InlineData("")]
    public void Open_AnyPartTheIndexOrTheFolder_OpensTheWholeModel(string name)
    {
        WriteModel();
        using var file = WeightsFile.Open(Path.Combine(_folder, name));
        Assert.Equal(["a", "b", "c"], file.Tensors.Select(t => t.Name));
        Assert.Equal([1f, 2f, 3f], file.Tensors.Select(t => t.ToFloat32()[0]));
        Assert.Equal(3, file.ModuleTree.ParameterCount);
        Assert.Equal("12", file.Metadata["total_size"]);
        Assert.Equal([Index, First, Second], file.Parts.Select(Path.GetFileName));
        Assert.Equal(new FileInfo(At(First)).Length + new FileInfo(At(Second)).Length, file.FileLength);
    }

    [Fact]
    public void Open_OnePartAlone_ReadsThatPart()
    {
        WriteModel();
        using var file = WeightsFile.Open(At(Second), new WeightsReadOptions { SinglePart = true });
        Assert.Equal("c", Assert.Single(file.Tensors).Name);
    }

    [Fact]
    public void Open_PartsWithoutAnIndex_AreToldByTheirNames()
    {
        WriteModel();
        File.Delete(At(Index));
        using var file = WeightsFile.Open(At(Second));
        Assert.Equal(3, file.Tensors.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Open_MissingPart_IsRefusedByNameAndNotSafe(bool withIndex)
    {
        WriteModel();
        File.Delete(At(Second));
        if (!withIndex) File.Delete(At(Index));
        var refusal = Assert.Throws<WeightsFormatException>(() => WeightsFile.Open(At(First)));
        Assert.Equal("MR0533", refusal.Code);
        Assert.Contains(Second, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(ScanVerdict.Invalid, WeightsScanner.Scan(At(First)).Verdict);
        Assert.Equal("MR0533", Assert.Throws<WeightsFormatException>(() => WeightsParts.Beside(At(First))).Code);
    }

    [Theory]
    [InlineData("""{"weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors","c":"model-00002-of-00002.safetensors"}}""", "MR0534", "'b'")]
    [InlineData("""{"weight_map":{"a":"model-00001-of-00002.safetensors","z":"model-00002-of-00002.safetensors"}}""", "MR0534", "'z'")]
    [InlineData("""{"weight_map":{"a":"../model-00001-of-00002.safetensors"}}""", "MR0532", "plain file name")]
    [InlineData("""{"weight_map":{"a":"/etc/passwd"}}""", "MR0532", "plain file name")]
    [InlineData("""{"weight_map":{"a":"C:x"}}""", "MR0532", "plain file name")]
    [InlineData("""{"weight_map":{"a":"model-00001-of-00002.safetensors","a":"model-00002-of-00002.safetensors"}}""", "MR0532", "twice")]
    [InlineData("""{"weight_map":{"a":1}}""", "MR0532", "not a text")]
    [InlineData("""{"weight_map":[]}""", "MR0532", "no object")]
    [InlineData("""{}""", "MR0532", "no weight_map")]
    [InlineData("""[]""", "MR0532", "no")]
    [InlineData("""{"weight_map":{"a":""", "MR0532", "cannot be read")]
    [InlineData("""{"weight_map":{"\ud800":"x"}}""", "MR0532", "cannot be read")]
    public void Open_IndexThatLies_IsRefused(string index, string code, string fragment)
    {
        WriteModel();
        File.WriteAllText(At(Index), index);
        var refusal = Assert.Throws<WeightsFormatException>(() => WeightsFile.Open(At(Index)));
        Assert.Equal(code, refusal.Code);
        Assert.Contains(fragment, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_PartOfAnotherModel_IsRefused()
    {
        WriteModel();
        File.Move(At(First), At("model-00001-of-00003.safetensors"));
        File.WriteAllText(At(Index), """{"weight_map":{"c":"model-00002-of-00002.safetensors"}}""");
        Assert.Equal("MR0532", Assert.Throws<WeightsFormatException>(() => WeightsFile.Open(At("model-00001-of-00003.safetensors"))).Code);
    }

    [Fact]
    public void Open_TensorInTwoParts_IsRefused()
    {
        WriteModel();
        File.Delete(At(Index));
        Write(Second, ("a", 9f));
        Assert.Equal("MR0534", Assert.Throws<WeightsFormatException>(() => WeightsFile.Open(At(First))).Code);
    }

    [Fact]
    public void Open_TensorTheIndexDoesNotList_IsReadAndTold()
    {
        WriteModel();
        Write(Second, ("c", 3f), ("d", 4f));
        using var file = WeightsFile.Open(At(Index));
        Assert.Equal(4, file.Tensors.Count);
        Assert.Equal("MR0535", Assert.Single(file.Findings).Code);
    }

    [Fact]
    public void Open_DamagedPart_IsNamed()
    {
        WriteModel();
        File.WriteAllBytes(At(Second), File.ReadAllBytes(At(Second))[..^1]);
        var refusal = Assert.Throws<WeightsFormatException>(() => WeightsFile.Open(At(First)));
        Assert.Contains(Second, refusal.Where, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FolderOfSeveralModels_IsRefusedAndNamesThem()
    {
        Write("a.safetensors", ("a", 1f));
        Write("b.safetensors", ("b", 1f));
        var refusal = Assert.Throws<WeightsFormatException>(() => WeightsFile.Open(_folder));
        Assert.Equal("MR0536", refusal.Code);
        Assert.Contains("'b.safetensors'", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>What a trainer goes on from has tensors too, and names that are looked for before <c>.bin</c>.</summary>
    [Theory]
    [InlineData("optimizer.pt")]
    [InlineData("rng_state_0.pth")]
    [InlineData("scheduler.bin")]
    public void Open_FolderWithTheStateOfATrainer_OpensTheModel(string state)
    {
        File.WriteAllBytes(At("pytorch_model.bin"), TorchFile.Zip());
        File.WriteAllBytes(At(state), TorchFile.Zip(new PickleBuilder().Op("}").Text("exp_avg").Tensor().Op("s").Stop()));
        using var file = WeightsFile.Open(_folder);
        Assert.Equal(["w"], file.Tensors.Select(t => t.Name));
    }

    [Theory]
    [InlineData(true, "a.safetensors")]
    [InlineData(true, "m-00001-of-00002.bin", "m-00002-of-00002.bin")]
    [InlineData(true, "x/m.safetensors.index.json", "x/first.safetensors", "x/second.safetensors")]
    [InlineData(false, "a.safetensors", "b.safetensors")]
    [InlineData(false, "x/m.safetensors.index.json", "x/first.safetensors", "x/second.safetensors", "x/first.bin")]
    [InlineData(false, "x/m.safetensors.index.json", "x/first.safetensors", "y/second.safetensors")]
    [InlineData(false, "x/m-00001-of-00002.bin", "y/m-00002-of-00002.bin")]
    public void AreOneModel_GoesByNames(bool one, params string[] paths) => Assert.Equal(one, WeightsParts.AreOneModel(paths));

    [Fact]
    public void Open_PartsOfPyTorch_AreOneModel()
    {
        File.WriteAllBytes(At("pytorch_model-00001-of-00002.bin"), TorchFile.Zip());
        File.WriteAllBytes(At("pytorch_model-00002-of-00002.bin"), TorchFile.Zip(new PickleBuilder().Op("}").Text("v").Tensor().Op("s").Stop()));
        File.WriteAllText(At("pytorch_model.bin.index.json"), """{"weight_map":{"w":"pytorch_model-00001-of-00002.bin","v":"pytorch_model-00002-of-00002.bin"}}""");
        using var file = WeightsFile.Open(At("pytorch_model.bin.index.json"));
        Assert.Equal(["w", "v"], file.Tensors.Select(t => t.Name));
    }

    [Fact]
    public void Convert_ShardedModel_WritesOneFileWithAllTensors()
    {
        WriteModel();
        WeightsConverter.Convert(At(Index), At("whole.safetensors"));
        using var file = WeightsFile.Open(At("whole.safetensors"));
        Assert.Equal(["a", "b", "c"], file.Tensors.Select(t => t.Name));
    }

    [Fact]
    public void Beside_APartOrTheIndex_NamesTheOthers()
    {
        WriteModel();
        Assert.Equal([Index, Second], WeightsParts.Beside(At(First)));
        Assert.Equal([First, Second], WeightsParts.Beside(At(Index)));
    }

    [Fact]
    public void Scan_ShardedModel_IsSafePartByPart()
    {
        WriteModel();
        Assert.All(WeightsScanner.ScanDirectory(_folder), report => Assert.Equal(ScanVerdict.Safe, report.Verdict));
    }

    private void WriteModel()
    {
        Write(First, ("a", 1f), ("b", 2f));
        Write(Second, ("c", 3f));
        File.WriteAllText(At(Index), $$$"""{"metadata":{"total_size":12,"nested":{"x":[1]}},"weight_map":{"a":"{{{First}}}","b":"{{{First}}}","c":"{{{Second}}}"}}""");
    }

    private void Write(string name, params (string Name, float Value)[] tensors) =>
        SafetensorsWriter.Write(At(name), tensors.Select(t => new NamedTensor(t.Name, Tensor.FromFloat32(t.Name, [1], [t.Value]))), new WeightsWriteOptions { Overwrite = true });

    private string At(string name) => Path.Combine(_folder, name);
}
