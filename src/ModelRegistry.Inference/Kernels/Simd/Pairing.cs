using System.Runtime.CompilerServices;

namespace ModelRegistry.Inference.Kernels.Simd;

/// <summary>Functions of two vectors.</summary>
internal enum Pairing
{
    Add,

    Subtract,

    Multiply,

    Divide,

    /// <summary>The smaller; NaN wins.</summary>
    Min,

    /// <summary>1 where left &lt; right, else 0.</summary>
    Less,

    /// <summary>1 where neither is smaller, else 0.</summary>
    Equal,

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

    public readonly struct Subtract : IPairwise<TVector>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply(TVector left, TVector right) => TLanes.Subtract(left, right);
    }

    public readonly struct Divide : IPairwise<TVector>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply(TVector left, TVector right) => TLanes.Divide(left, right);
    }

    public readonly struct Min : IPairwise<TVector>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply(TVector left, TVector right) =>
            TLanes.Subtract(TLanes.Zero, TLanes.Max(TLanes.Subtract(TLanes.Zero, left), TLanes.Subtract(TLanes.Zero, right)));
    }

    public readonly struct Less : IPairwise<TVector>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply(TVector left, TVector right) => TLanes.SelectLess(left, right, TLanes.Broadcast(1), TLanes.Zero);
    }

    public readonly struct Equal : IPairwise<TVector>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply(TVector left, TVector right) =>
            TLanes.SelectLess(left, right, TLanes.Zero, TLanes.SelectLess(right, left, TLanes.Zero, TLanes.Broadcast(1)));
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
