using System.Runtime.CompilerServices;

namespace ModelRegistry.Inference.Kernels.Simd;

internal sealed unsafe partial class VectorKernels<TLanes, TVector, TTall, TMiddle, TShort>
{
    public override void Combine(Pairing pairing, float* left, float* right, float* destination, int count)
    {
        switch (pairing)
        {
            case Pairing.Add: Zip<Pairwise<TLanes, TVector>.Add>(left, right, destination, count); break;
            case Pairing.Multiply: Zip<Pairwise<TLanes, TVector>.Multiply>(left, right, destination, count); break;
            case Pairing.Subtract: Zip<Pairwise<TLanes, TVector>.Subtract>(left, right, destination, count); break;
            case Pairing.Divide: Zip<Pairwise<TLanes, TVector>.Divide>(left, right, destination, count); break;
            case Pairing.Min: Zip<Pairwise<TLanes, TVector>.Min>(left, right, destination, count); break;
            case Pairing.Less: Zip<Pairwise<TLanes, TVector>.Less>(left, right, destination, count); break;
            case Pairing.Equal: Zip<Pairwise<TLanes, TVector>.Equal>(left, right, destination, count); break;
            case Pairing.Max: Zip<Pairwise<TLanes, TVector>.Max>(left, right, destination, count); break;
            case Pairing.ExpDifference: Zip<Pairwise<TLanes, TVector>.ExpDifference>(left, right, destination, count); break;
            default: throw new ArgumentOutOfRangeException(nameof(pairing));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Standardize(float* source, float center, float scale, float shift, float* destination, int count)
    {
        TVector middle = TLanes.Broadcast(center), factor = TLanes.Broadcast(scale), addend = TLanes.Broadcast(shift);
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
            TLanes.Store(TLanes.MultiplyAdd(TLanes.Subtract(TLanes.Load(source + i), middle), factor, addend), destination + i);
        for (; i < count; i++)
            destination[i] = ((source[i] - center) * scale) + shift;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Blend(float* first, float* second, float weight, float* destination, int count)
    {
        TVector near = TLanes.Broadcast(1 - weight), far = TLanes.Broadcast(weight);
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
            TLanes.Store(TLanes.MultiplyAdd(near, TLanes.Load(first + i), TLanes.Multiply(far, TLanes.Load(second + i))), destination + i);
        for (; i < count; i++)
            destination[i] = ((1 - weight) * first[i]) + (weight * second[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override float Exponentials(float* source, float shift, float* destination, int count)
    {
        TVector subtrahend = TLanes.Broadcast(shift), total = TLanes.Zero;
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TVector power = TLanes.Exp(TLanes.Subtract(TLanes.Load(source + i), subtrahend));
            total = TLanes.Add(total, power);
            TLanes.Store(power, destination + i);
        }

        float sum = TLanes.Sum(total);
        for (; i < count; i++)
            sum += destination[i] = MathF.Exp(source[i] - shift);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override float Sum(float* source, int count)
    {
        TVector s0 = TLanes.Zero, s1 = s0, s2 = s0, s3 = s0;
        int i = 0;
        for (; i <= count - (4 * TLanes.Count); i += 4 * TLanes.Count)
        {
            s0 = TLanes.Add(s0, TLanes.Load(source + i));
            s1 = TLanes.Add(s1, TLanes.Load(source + i + TLanes.Count));
            s2 = TLanes.Add(s2, TLanes.Load(source + i + (2 * TLanes.Count)));
            s3 = TLanes.Add(s3, TLanes.Load(source + i + (3 * TLanes.Count)));
        }

        float sum = TLanes.Sum(TLanes.Add(TLanes.Add(s0, s1), TLanes.Add(s2, s3)));
        for (; i < count; i++)
            sum += source[i];
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override float SquaredDistance(float* source, float center, int count)
    {
        TVector middle = TLanes.Broadcast(center), s0 = TLanes.Zero, s1 = s0;
        int i = 0;
        for (; i <= count - (2 * TLanes.Count); i += 2 * TLanes.Count)
        {
            TVector d0 = TLanes.Subtract(TLanes.Load(source + i), middle);
            TVector d1 = TLanes.Subtract(TLanes.Load(source + i + TLanes.Count), middle);
            s0 = TLanes.MultiplyAdd(d0, d0, s0);
            s1 = TLanes.MultiplyAdd(d1, d1, s1);
        }

        float sum = TLanes.Sum(TLanes.Add(s0, s1));
        for (; i < count; i++)
            sum += (source[i] - center) * (source[i] - center);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Zip<TFunction>(float* left, float* right, float* destination, int count)
        where TFunction : IPairwise<TVector>
    {
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
            TLanes.Store(TFunction.Apply(TLanes.Load(left + i), TLanes.Load(right + i)), destination + i);
        if (i == count)
            return;

        float* tail = stackalloc float[2 * TLanes.Count];
        for (int j = 0; j < TLanes.Count; j++)
        {
            tail[j] = i + j < count ? left[i + j] : 0;
            tail[TLanes.Count + j] = i + j < count ? right[i + j] : 0;
        }

        TLanes.Store(TFunction.Apply(TLanes.Load(tail), TLanes.Load(tail + TLanes.Count)), tail);
        for (int j = 0; i + j < count; j++)
            destination[i + j] = tail[j];
    }
}
