namespace ModelRegistry.Weights;

/// <summary>An open safetensors file.</summary>
internal sealed class SafetensorsFile(MappedFile file, IReadOnlyList<Tensor> tensors, IReadOnlyDictionary<string, string> metadata) : WeightsFile(file)
{
    public override WeightsFormat Format => WeightsFormat.Safetensors;

    public override IReadOnlyList<Tensor> Tensors { get; } = tensors;

    public override IReadOnlyDictionary<string, string> Metadata { get; } = metadata;
}
