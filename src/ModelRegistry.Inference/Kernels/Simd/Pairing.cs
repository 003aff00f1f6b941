using System.Runtime.CompilerServices;

namespace ModelRegistry.Inference.Kernels.Simd;

/// <summary>Functions of two vectors.</summary>
internal enum Pairing
{
    Add,

    Multiply,

    /// <summary>The larger; NaN wins.</summary>
    Max,

    /// <summary>exp(left − right)</summary>
    ExpDifference,
}

/// <summary>A function of two vectors, as a type.</summary>
internal interface IPairwise<TVector>
    where TVector : unmanaged
{
    static abstract TVector Apply(TVector left, TVector right);
}

/// <summary>The functions behind <see cref="Pairing"/>.</summary>
internal static class Pairwise<TLanes, TVector>
    where TLanes : ILanes<TVector>
    where TVector : unmanaged
{
    public readonly struct Add : IPairwise<TVector>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply(TVector left, TVector right) => TLanes.Add(left, right);
    }

    public readonly struct Multiply : IPairwise<TVector>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply(TVector left, TVector right) => TLanes.Multiply(left, right);
    }

    public readonly struct Max : IPairwise<TVector>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply(TVector left, TVector right) => TLanes.Max(left, right);
    }

    public readonly struct ExpDifference : IPairwise<TVector>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply(TVector left, TVector right) => TLanes.Exp(TLanes.Subtract(left, right));
    }
}
