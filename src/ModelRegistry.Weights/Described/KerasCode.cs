using System.Text;
using System.Text.Json;

namespace ModelRegistry.Weights.Described;

/// <summary>A Lambda layer of Keras holds Python's bytecode, which loading the model runs.</summary>
internal static class KerasCode
{
    private const int MaxDepth = 512;
    private const string ClassName = "class_name";
    private const string Lambda = "Lambda";

    /// <summary>Whether a configuration names a Lambda layer; one that cannot be read is taken for text.</summary>
    internal static bool HoldsLambda(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var isClass = false;
        try
        {
            while (reader.Read())
            {
                if (isClass && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(Lambda))
                {
                    return true;
                }

                isClass = reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(ClassName);
            }

            return false;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return NamesLambda(json);
        }
    }

    /// <summary>Looks for the two words in bytes that hold a configuration somewhere, such as an attribute of an HDF5 file.</summary>
    internal static bool NamesLambda(ReadOnlySpan<byte> bytes)
    {
        while (bytes.IndexOf("class_name\""u8) is >= 0 and var found)
        {
            bytes = bytes[(found + "class_name\"".Length)..];
            var value = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 64)]).TrimStart();
            if (value.StartsWith(':') && value[1..].TrimStart().StartsWith("\"Lambda\"", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
