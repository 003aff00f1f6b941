using System.Runtime.InteropServices;

namespace ModelRegistry.Inference.Kernels.Memory;

/// <summary>Floats outside the garbage-collected heap, at a cache line's start. Not cleared unless asked for.</summary>
internal sealed unsafe class AlignedBuffer : SafeHandle
{
    private const int Alignment = 64;

    public AlignedBuffer(int length, bool clear = false)
        : base(0, ownsHandle: true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        nuint bytes = Math.Max((nuint)length * sizeof(float), Alignment);
        void* memory = NativeMemory.AlignedAlloc(bytes, Alignment);
        if (clear)
            NativeMemory.Clear(memory, bytes);
        SetHandle((nint)memory);
    }

    public int Length { get; }

    public override bool IsInvalid => handle == 0;

    /// <summary>Valid until disposed.</summary>
    public float* Pointer => !IsClosed ? (float*)handle : throw new ObjectDisposedException(nameof(AlignedBuffer));

    public Span<float> Span => new(Pointer, Length);

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }
}
