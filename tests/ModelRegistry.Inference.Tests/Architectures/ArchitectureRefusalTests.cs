namespace ModelRegistry.Inference.Tests.Architectures;

public sealed class ArchitectureRefusalTests
{
    public static TheoryData<string, string, string> Mistakes { get; } = new()
    {
        { "", InferenceCodes.ArchitectureMalformed, "line 1" },
        { "[]", InferenceCodes.ArchitectureMalformed, "$" },
        { "{ \"name\": \"a\", \"name\": \"b\" }", InferenceCodes.ArchitectureMalformed, "" },
        { Sketch.Of("""{ "op": "relu" }""").Replace("\"schemaVersion\": 1", "\"schemaVersion\": 2", StringComparison.Ordinal), InferenceCodes.ArchitectureMalformed, "$.schemaVersion" },
        { Sketch.Of("""{ "op": "relu" }""", more: "\"node\": [],"), InferenceCodes.ArchitectureMalformed, "$.node" },
        { Sketch.Of(""), InferenceCodes.ArchitectureMalformed, "$.nodes" },
        { Sketch.Of("""{ "op": "relu", "module": "m" }"""), InferenceCodes.ArchitectureMalformed, "$.nodes[0]" },
        { Sketch.Of("""{ "op": "rellu" }"""), InferenceCodes.OperationUnknown, "$.nodes[0].op" },
        { Sketch.Of("""{ "op": "relu", "slope": 1 }"""), InferenceCodes.AttributeInvalid, "$.nodes[0].slope" },
        { Sketch.Of("""{ "op": "softmax", "axis": "first" }"""), InferenceCodes.ExpressionInvalid, "$.nodes[0].axis" },
        { Sketch.Of("""{ "op": "softmax", "axis": true }"""), InferenceCodes.ArchitectureMalformed, "$.nodes[0].axis" },
        { Sketch.Of("""{ "op": "softmax", "axis": 99 }"""), InferenceCodes.AttributeInvalid, "$.nodes[0].axis" },
        { Sketch.Of("""{ "op": "gelu", "approximate": "roughly" }"""), InferenceCodes.AttributeInvalid, "$.nodes[0].approximate" },
        { Sketch.Of("""{ "op": "max_pool2d" }"""), InferenceCodes.AttributeInvalid, "$.nodes[0]" },
        { Sketch.Of("""{ "op": "max_pool2d", "kernel": [1, 2, 3] }"""), InferenceCodes.ArchitectureMalformed, "$.nodes[0].kernel" },
        { Sketch.Of("""{ "op": "max_pool2d", "kernel": 0 }"""), InferenceCodes.AttributeInvalid, "$.nodes[0].kernel" },
        { Sketch.Of("""{ "op": "linear" }"""), InferenceCodes.ArchitectureMalformed, "$.nodes[0]" },
        { Sketch.Of("""{ "op": "relu", "key": "fc" }"""), InferenceCodes.AttributeInvalid, "$.nodes[0].key" },
        { Sketch.Of("""{ "op": "relu", "in": "y" }"""), InferenceCodes.ReferenceUndefined, "$.nodes[0]" },
        { Sketch.Of("""{ "op": "relu", "in": "b" }, { "id": "b", "in": "x", "op": "relu" }, { "op": "add", "in": ["b", "b"] }"""), InferenceCodes.ReferenceUndefined, "$.nodes[0]" },
        { Sketch.Of("""{ "id": "a", "op": "relu", "in": "b" }, { "id": "b", "op": "relu" }"""), InferenceCodes.Cycle, "$.nodes[0]" },
        { Sketch.Of("""{ "id": "a", "op": "relu", "in": "a" }"""), InferenceCodes.Cycle, "$.nodes[0]" },
        { Sketch.Of("""{ "module": "m" }""", more: """ "modules": { "m": { "nodes": [{ "module": "n" }] }, "n": { "nodes": [{ "module": "m" }] } },"""), InferenceCodes.Cycle, "$.modules.m" },
        { Sketch.Of("""{ "module": "other" }"""), InferenceCodes.ReferenceUndefined, "$.nodes[0].module" },
        { Sketch.Of("""{ "id": "a", "op": "relu" }, { "id": "a", "op": "relu" }"""), InferenceCodes.NodeDuplicate, "$.nodes[1]" },
        { Sketch.Of("""{ "op": "relu" }, { "op": "relu", "in": "x" }"""), InferenceCodes.NodeUnused, "$.nodes[0]" },
        { Sketch.Of("""{ "op": "add", "in": ["x"] }"""), InferenceCodes.ReferenceUndefined, "$.nodes[0]" },
        { Sketch.Of("""{ "op": "relu", "if": "1" }"""), InferenceCodes.ExpressionInvalid, "$.nodes[0]" },
        { Sketch.Of("""{ "op": "relu", "repeat": 1000000000 }"""), InferenceCodes.ExpansionLimit, "$.nodes[0]" },
        { Sketch.Of("""{ "op": "relu", "repeat": -1 }"""), InferenceCodes.ExpansionLimit, "$.nodes[0]" },
        { Sketch.Of("""{ "op": "relu", "repeat": 30000 }"""), InferenceCodes.ExpansionLimit, "$.nodes[0]" },
        { Sketch.Of("""{ "repeat": 90000, "nodes": [{ "if": false, "op": "relu" }] }"""), InferenceCodes.ExpansionLimit, "$.nodes[0].nodes[0]" },
        { Sketch.Of("""{ "op": "relu", "as": "j" }"""), InferenceCodes.ArchitectureMalformed, "$.nodes[0].as" },
        { Sketch.Of("""{ "op": "softmax", "axis": "9223372036854775807 + 1" }"""), InferenceCodes.ExpressionInvalid, "$.nodes[0].axis" },
        { Sketch.Of("""{ "op": "relu" }""", more: """ "parameters": { "p": "1 / 0" },"""), InferenceCodes.ExpressionInvalid, "$.parameters.p" },
        { Sketch.Of("""{ "op": "relu" }""", more: """ "outputs": [{ "name": "y", "from": "z" }],"""), InferenceCodes.ReferenceUndefined, "$.outputs[0]" },
        { Sketch.Of("""{ "op": "conv2d", "key": "c" }"""), InferenceCodes.ShapeMismatch, "node 'c' ($.nodes[0])" },
        { Sketch.Of("""{ "op": "reshape", "shape": [2, -1, -1] }"""), InferenceCodes.ShapeMismatch, "$.nodes[0]" },
        { Sketch.Of("""{ "op": "relu" }""").Replace("sketch", "\\ud800", StringComparison.Ordinal), InferenceCodes.ArchitectureMalformed, "$" },
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

        Assert.Equal(InferenceCodes.ExpansionLimit, exception.Code);
    }

    [Fact]
    public void Parse_DeepOrLargeFile_IsRefused()
    {
        var deep = string.Concat(Enumerable.Repeat("""{ "nodes": [""", 5000));

        Assert.Equal(InferenceCodes.ArchitectureMalformed, Sketch.Refusal(Sketch.Of(deep)).Code);
        Assert.Equal(InferenceCodes.ArchitectureMalformed, Sketch.Refusal(new string(' ', 2 << 20)).Code);
    }

    [Fact]
    public void Get_UnknownName_SuggestsTheNearest()
    {
        var exception = Assert.Throws<InferenceException>(() => Architecture.Get("resnet81"));

        Assert.Equal(InferenceCodes.ArchitectureUnknown, exception.Code);
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
