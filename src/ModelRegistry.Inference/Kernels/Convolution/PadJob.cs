using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels.Convolution;

/// <summary>Lays out the channels of one image, one per piece.</summary>
internal unsafe struct PadJob : IParallelJob
{
    public PaddedLayout Layout;
    public float* Input;
    public int InputPlaneLength;
    public float* Padded;

    public readonly void Execute(int piece, int worker) =>
        Layout.Fill(Input + ((nint)piece * InputPlaneLength), Padded + ((nint)piece * Layout.PlaneLength));
}
