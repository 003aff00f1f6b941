using System.Globalization;
using System.Text;
using ModelRegistry.Verification.Hosting;

namespace ModelRegistry.Dashboard.Trying;

/// <summary>A tensor as a file of NumPy's format, version 1.0.</summary>
internal static class NpyBytes
{
    public static byte[]? Of(TensorData tensor)
    {
        var type = tensor.Dtype switch
        {
            "float32" => "<f4",
            "float64" => "<f8",
            "float16" => "<f2",
            "int64" => "<i8",
            "int32" => "<i4",
            "int16" => "<i2",
            "int8" => "|i1",
            "uint8" => "|u1",
            "bool" => "|b1",
            _ => null,
        };
        if (type is null) return null;
        var shape = string.Concat(tensor.Shape.Select(d => d.ToString(CultureInfo.InvariantCulture) + ", "));
        var header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({shape.TrimEnd()}), }}";
        // Magic, version, length and header fill whole blocks of 64.
        header = header.PadRight(((10 + header.Length + 64) / 64 * 64) - 11) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)(header.Length & 0xFF), (byte)(header.Length >> 8), .. Encoding.ASCII.GetBytes(header), .. tensor.Data.Span];
    }
}
