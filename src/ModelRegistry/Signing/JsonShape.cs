using System.Text.Json;

namespace ModelRegistry.Signing;

/// <summary>Reads the parts of an untrusted JSON document; what is missing or of another type is one message that names it.</summary>
internal static class JsonShape
{
    /// <summary>Reads what a machine wrote: strictly.</summary>
    public static JsonDocument Parse(ReadOnlyMemory<byte> json) => JsonDocument.Parse(json, Strict);

    /// <summary>Reads what a person wrote: comments and a comma too many are no fault.</summary>
    public static JsonDocument ParseByHand(ReadOnlyMemory<byte> json) => JsonDocument.Parse(json, Strict with { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });

    private static JsonDocumentOptions Strict => new() { MaxDepth = SigningLimits.MaxDepth, AllowDuplicateProperties = false };

    /// <summary>A member that must be there; null counts as missing.</summary>
    public static JsonElement Member(this JsonElement parent, string name) =>
        parent.Optional(name) ?? throw new FormatException($"it has no {name}");

    public static JsonElement? Optional(this JsonElement parent, string name)
    {
        if (parent.ValueKind != JsonValueKind.Object) throw new FormatException($"{name} is asked of something that is no object");
        return parent.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;
    }

    public static string Text(this JsonElement element, string what)
    {
        if (element.ValueKind != JsonValueKind.String) throw new FormatException($"{what} is not text");
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException failure)
        {
            // Half of a surrogate pair is valid JSON and no text.
            throw new FormatException($"{what} is not Unicode text", failure);
        }
    }

    public static IEnumerable<JsonElement> Items(this JsonElement element, string what, int most)
    {
        if (element.ValueKind != JsonValueKind.Array) throw new FormatException($"{what} is not a list");
        if (element.GetArrayLength() > most) throw new FormatException($"{what} has {element.GetArrayLength()} items; at most {most} are read");
        return element.EnumerateArray();
    }

    /// <summary>Standard base64 (RFC 4648), padded.</summary>
    public static byte[] Base64(this JsonElement element, string what, int mostBytes)
    {
        var text = element.Text(what);
        if (text.Length > Base64Length(mostBytes)) throw new FormatException($"{what} is longer than {mostBytes} bytes");
        if (!System.Buffers.Text.Base64.IsValid(text)) throw new FormatException($"{what} is not base64");
        return Convert.FromBase64String(text);
    }

    private static long Base64Length(int bytes) => (bytes + 2L) / 3 * 4;
}
