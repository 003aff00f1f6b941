using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels.Convolution;

/// <summary>Lays out the channels of one image, one per piece.</summary>
internal unsafe struct PadJob : IParallelJob
{
    public PaddedLayout Layout;
    public float* Input;
    public int InputChannelLength;
    public float* Padded;

    public readonly void Execute(int piece, int worker) =>
        Layout.Fill(Input + ((nint)piece * InputChannelLength), Padded + ((nint)piece * Layout.ChannelLength));
}
