namespace ModelRegistry.Weights.Writing;

/// <summary>Counts the tensor bytes that have been written and says so.</summary>
internal sealed class TensorWriting(IProgress<long>? progress, CancellationToken cancellationToken)
{
    private long _written;

    /// <summary>Copies a tensor's row-major elements.</summary>
    public void Copy(Tensor tensor, TensorChunk write) => tensor.ReadChunks(
        chunk =>
        {
            write(chunk);
            _written += chunk.Length;
            progress?.Report(_written);
        },
        cancellationToken);
}
