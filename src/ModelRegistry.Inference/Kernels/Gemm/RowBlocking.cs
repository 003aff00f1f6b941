namespace ModelRegistry.Inference.Kernels.Gemm;

/// <summary>Heights of row panels that have a micro-kernel, tallest first.</summary>
internal sealed record RowBlocking(int Tall, int Middle, int Short);
