using System.Numerics;
using System.Runtime.InteropServices;

namespace ModelRegistry.Inference;

/// <summary>Looks for NaN and infinity: the exponent bits are all ones.</summary>
internal static class FiniteCheck
{
    private const int Exponent = 0x7F800000;

    internal static bool HasNonFinite(ReadOnlySpan<float> values)
    {
        var bits = MemoryMarshal.Cast<float, int>(values);
        var mask = new Vector<int>(Exponent);
        var found = Vector<int>.Zero;
        var i = 0;
        for (; i <= bits.Length - Vector<int>.Count; i += Vector<int>.Count)
            found |= Vector.Equals(new Vector<int>(bits[i..]) & mask, mask);
        if (found != Vector<int>.Zero)
            return true;
        for (; i < bits.Length; i++)
        {
            if ((bits[i] & Exponent) == Exponent)
                return true;
        }

        return false;
    }
}
