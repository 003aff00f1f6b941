using ModelRegistry.Dashboard.Trying;
using ModelRegistry.Weights;

namespace ModelRegistry.Dashboard.Tests.Support;

/// <summary>Networks that tests make of a few numbers.</summary>
internal static class MadeNetworks
{
    /// <summary>Registers a network of one image of 28 by 28, whose architecture no code knows.</summary>
    public static ModelId Pixels(TestRegistry registry, string nodes, params (string Name, long[] Shape, float[] Values)[] tensors) => Pixels(registry, nodes, null, tensors);

    /// <summary>Registers a network that gives each pixel one of four classes, of which the first three have a name. The third is ahead but where the image is bright: there it is the fourth.</summary>
    public static ModelId Segments(TestRegistry registry) =>
        Pixels(registry, """{ "op": "conv2d", "key": "head" }""", "ground\nwater\nsky\n", [("head.weight", [4, 1, 1, 1], [0, 0, 0, 4]), ("head.bias", [4], [0, 1, 3, 0])]);

    private static ModelId Pixels(TestRegistry registry, string nodes, string? labels, (string Name, long[] Shape, float[] Values)[] tensors)
    {
        var folder = Directory.CreateDirectory(Path.Combine(registry.Folder, "made", Path.GetRandomFileName())).FullName;
        var (weights, architecture) = (Path.Combine(folder, "pixels.safetensors"), Path.Combine(folder, "architecture.json"));
        SafetensorsWriter.Write(weights, tensors.Select(t => new NamedTensor(t.Name, Tensor.FromFloat32(t.Name, t.Shape, t.Values))).ToList());
        File.WriteAllText(architecture, $$"""{ "schemaVersion": 1, "name": "pixels", "inputs": [{ "name": "x", "shape": [-1, 1, 28, 28], "example": [1, 1, 28, 28] }], "nodes": [{{nodes}}], "outputs": [{ "name": "classes" }] }""");
        List<FileToRegister> files = [new(weights), new(architecture)];
        if (labels is not null)
        {
            var named = Path.Combine(folder, "labels.txt");
            File.WriteAllText(named, labels);
            files.Add(new(named));
        }

        return registry.Open().Register(new RegistrationRequest
        {
            Name = ModelName.Parse("digits-pixels"),
            Files = [.. files],
            Inputs = [new TensorSpec { Name = "x", Shape = [-1, 1, 28, 28] }],
            Preprocessing = new Preprocessing { Resize = 28, Crop = 28, Mean = [0], Std = [1], Layout = "NCHW" },
            Source = RegistrationSource.None,
        }).Id;
    }

    /// <summary>Registers a network that adds two inputs of 2 by 2, and with <paramref name="declared"/> says so in its manifest.</summary>
    public static ModelId Two(TestRegistry registry, bool declared = true)
    {
        var folder = Directory.CreateDirectory(Path.Combine(registry.Folder, "made", "two")).FullName;
        string Made(string name) => Path.Combine(folder, name);
        static NamedTensor Named(string name, long[] shape, params float[] values) => new(name, Tensor.FromFloat32(name, shape, values));
        SafetensorsWriter.Write(Made("two.safetensors"), [Named("head.weight", [1, 1, 1, 1], 1), Named("head.bias", [1], 0)]);
        SafetensorsWriter.Write(Made("sample-input.safetensors"), [Named("left", [1, 1, 2, 2], 1, 2, 3, 4), Named("right", [1, 1, 2, 2], 100, 200, 300, 400)]);
        File.WriteAllBytes(Made("grey.png"), PngWriter.Write(2, 2, 1, [255, 0, 0, 255]));
        File.WriteAllText(Made("architecture.json"), """
            { "schemaVersion": 1, "name": "two", "inputs": [{ "name": "left", "shape": [-1, 1, 2, 2], "example": [1, 1, 2, 2] }, { "name": "right", "shape": [-1, 1, 2, 2], "example": [1, 1, 2, 2] }],
              "nodes": [{ "id": "seen", "op": "conv2d", "key": "head", "in": ["left"] }, { "id": "sum", "op": "add", "in": ["seen", "right"] }, { "op": "flatten", "start": 2, "in": ["sum"] }], "outputs": [{ "name": "values" }] }
            """);
        return registry.Open().Register(new RegistrationRequest
        {
            Name = ModelName.Parse("two"),
            Files = [new FileToRegister(Made("two.safetensors")), new FileToRegister(Made("architecture.json")), new FileToRegister(Made("sample-input.safetensors"))],
            Inputs = declared ? [new TensorSpec { Name = "left", Shape = [-1, 1, 2, 2] }, new TensorSpec { Name = "right", Shape = [-1, 1, 2, 2] }] : [],
            Preprocessing = new Preprocessing { Mean = [0], Std = [1], Layout = "NCHW" },
            Source = RegistrationSource.None,
        }).Id;
    }
}
