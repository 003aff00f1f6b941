using ModelRegistry.Inference.Operations;
using F = TorchSharp.torch.nn.functional;
using Torch = TorchSharp.torch;
using Value = TorchSharp.torch.Tensor;

namespace ModelRegistry.Engine.TorchSharp;

/// <summary>What moves elements and changes sizes.</summary>
internal static class Layouts
{
    public static Value Upsample(Value x, Value? like, AttributeValues a)
    {
        var bilinear = a.Choice("mode") == "bilinear";
        var size = like is not null ? [like.shape[^2], like.shape[^1]] : a.OptionalSizes("size");
        double[]? scale = a.OptionalSizes("scale") is { } factors ? [.. factors.Select(factor => (double)factor)] : null;
        return F.interpolate(x, size, scale, bilinear ? Torch.InterpolationMode.Bilinear : Torch.InterpolationMode.Nearest, bilinear ? a.Boolean("align_corners") : null);
    }

    public static Value Slice(Value x, Value? like, AttributeValues a)
    {
        var (axis, start) = (Axis(x, a.Integer("axis")), a.Integer("start"));
        var length = like is not null ? like.shape[Axis(like, a.Integer("like_axis"))] : a.OptionalInteger("length") ?? x.shape[axis] - start;
        return x.narrow(axis, start, length);
    }

    public static Value Expand(Value x, Value like, long along)
    {
        var axis = Axis(x, along);
        var shape = x.shape.ToArray();
        shape[axis] = like.shape[axis];
        return x.expand(shape);
    }

    /// <summary>libtorch has the modes other than constant for some ranks only; picked by index they are the same for all.</summary>
    public static Value Pad(Value x, AttributeValues a)
    {
        var (pads, mode) = (a.Integers("pads"), a.Choice("mode"));
        if (mode == "constant") return F.pad(x, pads, value: a.Number("value"));
        for (var i = 0; i < pads.Length / 2; i++)
        {
            var axis = x.shape.Length - 1 - i;
            var (size, before) = (x.shape[axis], pads[2 * i]);
            long[] sources = [.. Enumerable.Range(0, (int)(size + before + pads[(2 * i) + 1])).Select(at => Source(at - before, size, mode))];
            x = x.index_select(axis, Torch.tensor(sources));
        }

        return x;
    }

    private static long Source(long index, long size, string mode) => mode switch
    {
        "replicate" => Math.Clamp(index, 0, size - 1),
        "circular" => ((index % size) + size) % size,
        _ => index < 0 ? -index : index >= size ? (2 * (size - 1)) - index : index,
    };

    private static int Axis(Value x, long axis) => (int)(axis < 0 ? axis + x.shape.Length : axis);
}
