namespace ModelRegistry.Inference.Kernels.Simd;

/// <summary>
/// The few vector operations the kernels are written in, so that each kernel exists once and is compiled per width.
/// A type parameter costs nothing: the JIT specializes for structs and inlines every member.
/// </summary>
internal unsafe interface ILanes<TVector>
    where TVector : unmanaged
{
    static abstract int Count { get; }

    static abstract TVector Zero { get; }

    static abstract TVector Load(float* source);

    static abstract void Store(TVector value, float* destination);

    static abstract TVector Broadcast(float value);

    static abstract TVector Add(TVector left, TVector right);

    static abstract TVector Subtract(TVector left, TVector right);

    static abstract TVector Multiply(TVector left, TVector right);

    static abstract TVector Divide(TVector left, TVector right);

    /// <summary>left · right + addend; fused where the processor can.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    /// <summary>NaN in either operand gives NaN.</summary>
    static abstract TVector Max(TVector left, TVector right);

    /// <summary>value &lt; limit ? whenLess : otherwise; NaN is not less.</summary>
    static abstract TVector SelectLess(TVector value, TVector limit, TVector whenLess, TVector otherwise);

    static abstract TVector Abs(TVector value);

    static abstract TVector Exp(TVector value);

    static abstract float Sum(TVector value);
}
