using ModelRegistry.Inference.Operations;
using F = TorchSharp.torch.nn.functional;
using Torch = TorchSharp.torch;
using Value = TorchSharp.torch.Tensor;

namespace ModelRegistry.Engine.TorchSharp;

/// <summary>Attention and positions.</summary>
internal static class Sequences
{
    /// <summary>Without mask and scale this is libtorch's own; with them the formula, so that causal and masked go together.</summary>
    public static Value Attention(Value[] inputs, AttributeValues a)
    {
        var (query, key, value) = (inputs[0], Shared(inputs[1], inputs[0]), Shared(inputs[2], inputs[0]));
        var causal = a.Boolean("causal");
        if (inputs.Length == 3 && a.OptionalNumber("scale") is null) return F.scaled_dot_product_attention(query, key, value, null, 0.0, causal);
        var scores = Torch.matmul(query, key.transpose(-1, -2)) * (a.OptionalNumber("scale") ?? 1 / Math.Sqrt(query.shape[3]));
        if (causal) scores = scores.masked_fill(Torch.ones(query.shape[2], key.shape[2]).tril().eq(0), float.NegativeInfinity);
        if (inputs.Length == 4) scores = a.Choice("mask") == "keep" ? scores.masked_fill(inputs[3].eq(0), float.NegativeInfinity) : scores + inputs[3];
        return Torch.matmul(F.softmax(scores, -1), value);
    }

    public static Value Rotary(Value x, AttributeValues a)
    {
        var (steps, all) = (x.shape[2], x.shape[3]);
        var width = a.OptionalInteger("width") ?? all;
        var (half, start, wavelength) = ((int)(width / 2), a.Integer("start"), a.Number("base"));
        float[] angles = [.. Enumerable.Range(0, (int)steps).SelectMany(step => Enumerable.Range(0, half).Select(i => (float)((start + step) * Math.Pow(wavelength, -2.0 * i / width))))];
        var angle = Torch.tensor(angles).reshape(steps, half);
        var (cosine, sine) = (angle.cos(), angle.sin());
        var turned = x.narrow(3, 0, width);
        // A pair is two neighbours, or one of each half.
        var pairs = a.Boolean("interleaved") ? turned.reshape(x.shape[0], x.shape[1], steps, half, 2) : turned.reshape(x.shape[0], x.shape[1], steps, 2, half).transpose(3, 4);
        var (first, second) = (pairs.select(4, 0), pairs.select(4, 1));
        var rotated = Torch.stack([(first * cosine) - (second * sine), (second * cosine) + (first * sine)], 4);
        if (!a.Boolean("interleaved")) rotated = rotated.transpose(3, 4);
        rotated = rotated.reshape(x.shape[0], x.shape[1], steps, width);
        return width == all ? rotated : Torch.cat([rotated, x.narrow(3, width, all - width)], 3);
    }

    // Neighbouring heads of queries share one of keys where there are fewer.
    private static Value Shared(Value heads, Value query) =>
        heads.shape[1] == query.shape[1] ? heads : heads.repeat_interleave(query.shape[1] / heads.shape[1], 1);
}
