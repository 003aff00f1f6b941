namespace ModelRegistry.Weights;

/// <summary>An open GGUF file: a model of llama.cpp, with what it says about itself.</summary>
internal sealed class GgufFile(MappedFile file, IReadOnlyList<Tensor> tensors, IReadOnlyDictionary<string, string> metadata) : WeightsFile(file)
{
    public override WeightsFormat Format => WeightsFormat.Gguf;

    public override IReadOnlyList<Tensor> Tensors { get; } = tensors;

    public override IReadOnlyDictionary<string, string> Metadata { get; } = metadata;
}
