using System.Runtime.CompilerServices;

namespace ModelRegistry.Inference.Kernels.Simd;

/// <summary>A function of one vector, as a type: each loop over it is compiled with the function inside.</summary>
internal interface IPointwise<TVector>
    where TVector : unmanaged
{
    static abstract TVector Apply(TVector value);
}

/// <summary>The functions behind <see cref="Activation"/>.</summary>
internal static class Pointwise<TLanes, TVector>
    where TLanes : ILanes<TVector>
    where TVector : unmanaged
{
    public readonly struct Relu : IPointwise<TVector>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply(TVector value) => VectorMath<TLanes, TVector>.Relu(value);
    }

    public readonly struct Relu6 : IPointwise<TVector>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply(TVector value) => VectorMath<TLanes, TVector>.Clamp(value, 0, 6);
    }

    public readonly struct HardSwish : IPointwise<TVector>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply(TVector value) => TLanes.Multiply(value, VectorMath<TLanes, TVector>.HardSigmoid(value));
    }

    public readonly struct HardSigmoid : IPointwise<TVector>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply(TVector value) => VectorMath<TLanes, TVector>.HardSigmoid(value);
    }

    public readonly struct Silu : IPointwise<TVector>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply(TVector value) => VectorMath<TLanes, TVector>.Silu(value);
    }

    public readonly struct Gelu : IPointwise<TVector>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply(TVector value) => VectorMath<TLanes, TVector>.Gelu(value);
    }

    public readonly struct GeluTanh : IPointwise<TVector>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply(TVector value) => VectorMath<TLanes, TVector>.GeluTanh(value);
    }

    public readonly struct Sigmoid : IPointwise<TVector>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply(TVector value) => VectorMath<TLanes, TVector>.Sigmoid(value);
    }

    public readonly struct Tanh : IPointwise<TVector>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply(TVector value) => VectorMath<TLanes, TVector>.Tanh(value);
    }
}
