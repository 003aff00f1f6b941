using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace ModelRegistry.Weights.Pickle;

/// <summary>UTF-8 that may hold surrogates one by one, as Python's <c>surrogatepass</c> writes them.</summary>
internal static class SurrogatePass
{
    internal static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out string? text)
    {
        var builder = new StringBuilder(Math.Min(bytes.Length, 4096));
        while (bytes.Length > 0)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var used) == System.Buffers.OperationStatus.Done)
            {
                builder.Append(rune);
            }
            else if (bytes is [0xED, >= 0xA0 and <= 0xBF, >= 0x80 and <= 0xBF, ..])
            {
                builder.Append((char)(0xD000 | (bytes[1] & 0x3F) << 6 | bytes[2] & 0x3F));
                used = 3;
            }
            else
            {
                text = null;
                return false;
            }

            bytes = bytes[used..];
        }

        text = builder.ToString();
        return true;
    }
}
