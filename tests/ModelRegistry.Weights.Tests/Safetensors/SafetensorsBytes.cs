using System.Buffers.Binary;
using System.Text;

namespace ModelRegistry.Weights.Tests.Safetensors;

/// <summary>Safetensors files made by hand.</summary>
internal static class SafetensorsBytes
{
    public static byte[] Of(string header, int dataLength, long? declaredHeaderLength = null) =>
        Of(Encoding.UTF8.GetBytes(header), dataLength, declaredHeaderLength);

    public static byte[] Of(byte[] header, int dataLength, long? declaredHeaderLength = null)
    {
        var bytes = new byte[sizeof(long) + header.Length + dataLength];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, declaredHeaderLength ?? header.Length);
        header.CopyTo(bytes, sizeof(long));
        for (var i = 0; i < dataLength; i++)
            bytes[sizeof(long) + header.Length + i] = (byte)i;
        return bytes;
    }
}
