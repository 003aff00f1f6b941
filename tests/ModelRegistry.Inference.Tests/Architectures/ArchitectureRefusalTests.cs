namespace ModelRegistry.Inference.Tests.Architectures;

public sealed class ArchitectureRefusalTests
{
    public static TheoryData<string, string, string> Mistakes { get; } = new()
    {
        { "", Codes.ArchitectureMalformed, "line 1" },
        { "[]", Codes.ArchitectureMalformed, "$" },
        { "{ \"name\": \"a\", \"name\": \"b\" }", Codes.ArchitectureMalformed, "" },
        { Sketch.Of("""{ "op": "relu" }""").Replace("\"schemaVersion\": 1", "\"schemaVersion\": 2", StringComparison.Ordinal), Codes.ArchitectureMalformed, "$.schemaVersion" },
        { Sketch.Of("""{ "op": "relu" }""", more: "\"node\": [],"), Codes.ArchitectureMalformed, "$.node" },
        { Sketch.Of(""), Codes.ArchitectureMalformed, "$.nodes" },
        { Sketch.Of("""{ "op": "relu", "module": "m" }"""), Codes.ArchitectureMalformed, "$.nodes[0]" },
        { Sketch.Of("""{ "op": "rellu" }"""), Codes.OperationUnknown, "$.nodes[0].op" },
        { Sketch.Of("""{ "op": "relu", "slope": 1 }"""), Codes.AttributeInvalid, "$.nodes[0].slope" },
        { Sketch.Of("""{ "op": "softmax", "axis": "first" }"""), Codes.ExpressionInvalid, "$.nodes[0].axis" },
        { Sketch.Of("""{ "op": "softmax", "axis": true }"""), Codes.ArchitectureMalformed, "$.nodes[0].axis" },
        { Sketch.Of("""{ "op": "softmax", "axis": 99 }"""), Codes.AttributeInvalid, "$.nodes[0].axis" },
        { Sketch.Of("""{ "op": "gelu", "approximate": "roughly" }"""), Codes.AttributeInvalid, "$.nodes[0].approximate" },
        { Sketch.Of("""{ "op": "max_pool2d" }"""), Codes.AttributeInvalid, "$.nodes[0]" },
        { Sketch.Of("""{ "op": "max_pool2d", "kernel": [1, 2, 3] }"""), Codes.ArchitectureMalformed, "$.nodes[0].kernel" },
        { Sketch.Of("""{ "op": "max_pool2d", "kernel": 0 }"""), Codes.AttributeInvalid, "$.nodes[0].kernel" },
        { Sketch.Of("""{ "op": "linear" }"""), Codes.ArchitectureMalformed, "$.nodes[0]" },
        { Sketch.Of("""{ "op": "relu", "key": "fc" }"""), Codes.AttributeInvalid, "$.nodes[0].key" },
        { Sketch.Of("""{ "op": "relu", "in": "y" }"""), Codes.ReferenceUndefined, "$.nodes[0]" },
        { Sketch.Of("""{ "op": "relu", "in": "b" }, { "id": "b", "in": "x", "op": "relu" }, { "op": "add", "in": ["b", "b"] }"""), Codes.ReferenceUndefined, "$.nodes[0]" },
        { Sketch.Of("""{ "id": "a", "op": "relu", "in": "b" }, { "id": "b", "op": "relu" }"""), Codes.Cycle, "$.nodes[0]" },
        { Sketch.Of("""{ "id": "a", "op": "relu", "in": "a" }"""), Codes.Cycle, "$.nodes[0]" },
        { Sketch.Of("""{ "module": "m" }""", more: """ "modules": { "m": { "nodes": [{ "module": "n" }] }, "n": { "nodes": [{ "module": "m" }] } },"""), Codes.Cycle, "$.modules.m" },
        { Sketch.Of("""{ "module": "other" }"""), Codes.ReferenceUndefined, "$.nodes[0].module" },
        { Sketch.Of("""{ "id": "a", "op": "relu" }, { "id": "a", "op": "relu" }"""), Codes.NodeDuplicate, "$.nodes[1]" },
        { Sketch.Of("""{ "op": "relu" }, { "op": "relu", "in": "x" }"""), Codes.NodeUnused, "$.nodes[0]" },
        { Sketch.Of("""{ "op": "add", "in": ["x"] }"""), Codes.ReferenceUndefined, "$.nodes[0]" },
        { Sketch.Of("""{ "op": "relu", "if": "1" }"""), Codes.ExpressionInvalid, "$.nodes[0]" },
        { Sketch.Of("""{ "op": "relu", "repeat": 1000000000 }"""), Codes.ExpansionLimit, "$.nodes[0]" },
        { Sketch.Of("""{ "op": "relu", "repeat": -1 }"""), Codes.ExpansionLimit, "$.nodes[0]" },
        { Sketch.Of("""{ "op": "relu", "repeat": 30000 }"""), Codes.ExpansionLimit, "$.nodes[0]" },
        { Sketch.Of("""{ "repeat": 90000, "nodes": [{ "if": false, "op": "relu" }] }"""), Codes.ExpansionLimit, "$.nodes[0].nodes[0]" },
        { Sketch.Of("""{ "op": "relu", "as": "j" }"""), Codes.ArchitectureMalformed, "$.nodes[0].as" },
        { Sketch.Of("""{ "op": "softmax", "axis": "9223372036854775807 + 1" }"""), Codes.ExpressionInvalid, "$.nodes[0].axis" },
        { Sketch.Of("""{ "op": "relu" }""", more: """ "parameters": { "p": "1 / 0" },"""), Codes.ExpressionInvalid, "$.parameters.p" },
        { Sketch.Of("""{ "op": "relu" }""", more: """ "outputs": [{ "name": "y", "from": "z" }],"""), Codes.ReferenceUndefined, "$.outputs[0]" },
        { Sketch.Of("""{ "op": "conv2d", "key": "c" }"""), Codes.ShapeMismatch, "node 'c' ($.nodes[0])" },
        { Sketch.Of("""{ "op": "reshape", "shape": [2, -1, -1] }"""), Codes.ShapeMismatch, "$.nodes[0]" },
        { Sketch.Of("""{ "op": "relu" }""").Replace("sketch", "\\ud800", StringComparison.Ordinal), Codes.ArchitectureMalformed, "$" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Load_ArchitectureWithAMistake_IsRefusedWithCodeAndPlace(string json, string code, string place)
    {
        var exception = Sketch.Refusal(json);

        Assert.Equal(code, exception.Code);
        Assert.Contains(place, exception.Where ?? "", StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public void Load_Cycle_NamesTheNodesOnIt()
    {
        var exception = Sketch.Refusal(Sketch.Of("""{ "id": "a", "op": "relu", "in": "c" }, { "id": "b", "op": "relu" }, { "id": "c", "op": "relu" }"""));

        Assert.Equal("the nodes form a cycle: a → c → b → a", exception.Message);
    }

    [Fact]
    public void Parse_ModulesThatDoubleEachOther_AreRefusedQuickly()
    {
        var modules = string.Join(", ", Enumerable.Range(0, 23).Select(i =>
            $$""" "m{{i}}": { "nodes": [{ "module": "m{{i + 1}}" }, { "module": "m{{i + 1}}" }] }""")) + """, "m23": { "nodes": [{ "op": "relu" }] }""";

        var exception = Sketch.Refusal(Sketch.Of("""{ "module": "m0" }""", more: $"\"modules\": {{ {modules} }},"));

        Assert.Equal(Codes.ExpansionLimit, exception.Code);
    }

    [Fact]
    public void Parse_DeepOrLargeFile_IsRefused()
    {
        var deep = string.Concat(Enumerable.Repeat("""{ "nodes": [""", 5000));

        Assert.Equal(Codes.ArchitectureMalformed, Sketch.Refusal(Sketch.Of(deep)).Code);
        Assert.Equal(Codes.ArchitectureMalformed, Sketch.Refusal(new string(' ', 2 << 20)).Code);
    }

    [Fact]
    public void Get_UnknownName_SuggestsTheNearest()
    {
        var exception = Assert.Throws<InferenceException>(() => Architecture.Get("resnet81"));

        Assert.Equal(Codes.ArchitectureUnknown, exception.Code);
        Assert.Contains("did you mean 'resnet", exception.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void BuiltIn_Names_AreThoseOfTheFiles()
    {
        Assert.Equal(
            [
                "alexnet", "bert", "convnext_base", "convnext_small", "convnext_tiny", "deeplabv3_resnet101",
                "deeplabv3_resnet50", "densenet121", "densenet161", "densenet169", "densenet201",
                "efficientnet_b0", "efficientnet_b1", "efficientnet_b2", "efficientnet_b3", "efficientnet_b4",
                "fcn_resnet101", "fcn_resnet50", "gpt2", "lenet", "llama", "mlp", "mobilenet_v2",
                "mobilenet_v3_large", "mobilenet_v3_small", "resnet101", "resnet152", "resnet18", "resnet34",
                "resnet50", "resnext101_32x8d", "resnext101_64x4d", "resnext50_32x4d", "shufflenet_v2_x0_5",
                "shufflenet_v2_x1_0", "shufflenet_v2_x1_5", "shufflenet_v2_x2_0", "squeezenet1_0",
                "squeezenet1_1", "unet", "vgg11", "vgg11_bn", "vgg13", "vgg13_bn", "vgg16", "vgg16_bn",
                "vgg19", "vgg19_bn", "vit_b_16", "vit_b_32", "vit_l_16", "vit_l_32", "wide_resnet101_2",
                "wide_resnet50_2",
            ],
            Architecture.BuiltIn);
        Assert.All(Architecture.BuiltIn, name =>
        {
            var architecture = Architecture.Get(name);
            Assert.Equal(name, architecture.Name);
            Assert.Equal(architecture.ToJson(), Architecture.Parse(architecture.ToJson()).ToJson());
        });
    }
}
