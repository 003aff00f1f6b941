using ModelRegistry.Inference.Operations;
using F = TorchSharp.torch.nn.functional;
using Value = TorchSharp.torch.Tensor;

namespace ModelRegistry.Engine.TorchSharp;

/// <summary>What slides a window over one, two or three dimensions, or lays a grid over them.</summary>
internal static class Windows
{
    public static Value Convolution(Value x, Value weight, Value? bias, AttributeValues a)
    {
        var (stride, padding, dilation, groups) = (a.Sizes("stride"), a.Sizes("padding"), a.Sizes("dilation"), a.Integer("groups"));
        return stride.Length switch
        {
            1 => F.conv1d(x, weight, bias, stride[0], padding[0], dilation[0], groups),
            2 => F.conv2d(x, weight, bias, stride, padding, dilation, groups),
            _ => F.conv3d(x, weight, bias, stride, padding, dilation, groups),
        };
    }

    public static Value Transposed(Value x, Value weight, Value? bias, AttributeValues a)
    {
        var (stride, padding, extra, dilation, groups) = (a.Sizes("stride"), a.Sizes("padding"), a.Sizes("output_padding"), a.Sizes("dilation"), a.Integer("groups"));
        return stride.Length switch
        {
            1 => F.conv_transpose1d(x, weight, bias, stride[0], padding[0], extra[0], dilation[0], groups),
            2 => F.conv_transpose2d(x, weight, bias, stride, padding, extra, dilation, groups),
            _ => F.conv_transpose3d(x, weight, bias, stride, padding, extra, dilation, groups),
        };
    }

    public static Value Maximum(Value x, AttributeValues a)
    {
        var (kernel, stride, padding, dilation, ceiling) = (a.Sizes("kernel"), a.OptionalSizes("stride") ?? a.Sizes("kernel"), a.Sizes("padding"), a.Sizes("dilation"), a.Boolean("ceil_mode"));
        return kernel.Length switch
        {
            1 => F.max_pool1d(x, kernel[0], stride[0], padding[0], dilation[0], ceiling),
            2 => F.max_pool2d(x, kernel, stride, padding, dilation, ceiling),
            _ => F.max_pool3d(x, kernel, stride, padding, dilation, ceiling),
        };
    }

    public static Value Average(Value x, AttributeValues a)
    {
        var (kernel, stride, padding, ceiling, counted) = (a.Sizes("kernel"), a.OptionalSizes("stride") ?? a.Sizes("kernel"), a.Sizes("padding"), a.Boolean("ceil_mode"), a.Boolean("count_include_pad"));
        return kernel.Length switch
        {
            1 => F.avg_pool1d(x, kernel[0], stride[0], padding[0], ceiling, counted),
            2 => F.avg_pool2d(x, kernel, stride, padding, ceiling, counted),
            _ => F.avg_pool3d(x, kernel, stride, padding, ceiling, counted),
        };
    }

    public static Value AdaptiveAverage(Value x, long[] size) => size.Length switch
    {
        1 => F.adaptive_avg_pool1d(x, size[0]),
        2 => F.adaptive_avg_pool2d(x, size),
        _ => F.adaptive_avg_pool3d(x, size),
    };

    public static Value AdaptiveMaximum(Value x, long[] size) => size.Length switch
    {
        1 => F.adaptive_max_pool1d(x, size[0]),
        2 => F.adaptive_max_pool2d(x, size),
        _ => Deep(x, size),
    };

    // TorchSharp 0.107.0 calls the function of one dimension for that of three. Cells are boxes, so three dimensions are two, then one.
    private static Value Deep(Value x, long[] size)
    {
        var flat = F.adaptive_max_pool2d(x.flatten(1, 2), [size[1], size[2]]);
        var lines = flat.reshape(x.shape[0], x.shape[1], x.shape[2], size[1] * size[2]);
        return F.adaptive_max_pool2d(lines, [size[0], size[1] * size[2]]).reshape(x.shape[0], x.shape[1], size[0], size[1], size[2]);
    }
}
