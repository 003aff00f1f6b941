using ModelRegistry.Inference.Kernels.Simd;

namespace ModelRegistry.Inference.Kernels.Gemm;

/// <summary>A product of packed rows with a matrix as it lies in memory, on one worker.</summary>
internal static unsafe class PackedProduct
{
    /// <summary>Scratch floats that <see cref="Run"/> needs.</summary>
    public static int ScratchLength(VectorKernels kernels, int depth) =>
        (new DepthBlocks(depth).LongestLength * kernels.PanelColumns) + PanelProduct.SpareLength(kernels);

    /// <summary>destination[rows, columns of the panels] = left · right</summary>
    /// <param name="destination">Row 0, column 0 of the whole product.</param>
    public static void Run(
        VectorKernels kernels, in RowPanels left, in ColumnMatrix right, int fromPanel, int toPanel, float* destination, int destinationStride, float* scratch)
    {
        float* spare = scratch + (left.Blocks.LongestLength * kernels.PanelColumns);
        for (int block = 0; block < left.Blocks.Count; block++)
            for (int panel = fromPanel; panel < toPanel; panel++)
            {
                right.Pack(kernels, panel, left.Blocks.Start(block), left.Blocks.Length(block), scratch);
                new PanelProduct
                {
                    Kernels = kernels,
                    Columns = scratch,
                    ValidColumns = right.ValidColumns(kernels, panel),
                    Destination = destination + ((nint)panel * kernels.PanelColumns),
                    DestinationStride = destinationStride,
                    Spare = spare,
                }.Run(left, block, 0, left.Cuts.Count);
            }
    }
}
