using System.Buffers;
using System.Globalization;
using System.Text;

namespace ModelRegistry.Weights.Writing;

/// <summary>Writes JSON strings with no more escapes than JSON demands, as the reference writer of safetensors does.</summary>
internal static class JsonString
{
    /// <exception cref="WeightsFormatException">MR0573: half of a surrogate pair, which UTF-8 cannot hold.</exception>
    public static void Write(ArrayBufferWriter<byte> json, string text)
    {
        var builder = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            switch (c)
            {
                case '"' or '\\':
                    builder.Append('\\').Append(c);
                    break;
                case '\b':
                    builder.Append(@"\b");
                    break;
                case '\f':
                    builder.Append(@"\f");
                    break;
                case '\n':
                    builder.Append(@"\n");
                    break;
                case '\r':
                    builder.Append(@"\r");
                    break;
                case '\t':
                    builder.Append(@"\t");
                    break;
                case < ' ':
                    builder.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    break;
                default:
                    builder.Append(c);
                    break;
            }
        }
        TensorNames.StrictUtf8(builder.Append('"').ToString(), json);
    }
}
