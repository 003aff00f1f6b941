using System.Text.Json;

namespace ModelRegistry.Trust;

/// <summary>The lines at which the items of a list of a document begin, so that a message can point at one.</summary>
internal static class ItemLines
{
    /// <summary>The lines, counted from 1, of the items of a top-level list of a valid document.</summary>
    public static List<int> Of(ReadOnlySpan<byte> json, string list)
    {
        var lines = new List<int>();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isList = reader.ValueTextEquals(list);
            reader.Read();
            if (!isList || reader.TokenType != JsonTokenType.StartArray)
            {
                reader.Skip();
                continue;
            }

            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                lines.Add(1 + json[..(int)reader.TokenStartIndex].Count((byte)'\n'));
                reader.Skip();
            }
        }

        return lines;
    }
}
