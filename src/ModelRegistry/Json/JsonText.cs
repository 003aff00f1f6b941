using System.Text;
using System.Text.Json;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Json;

/// <summary>Reads JSON that a user gave, with errors a user understands.</summary>
internal static class JsonText
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    public static JsonDocument ParseInput(ReadOnlyMemory<byte> json, string origin, bool allowNaN = false)
    {
        // With its mark UTF-16 is read; without one it is only a guess.
        if (json.Span is [0, _, ..] or [_, 0, ..])
            throw Codes.InvalidJson.Error($"{origin} is UTF-16 text, and JSON is UTF-8", "write it as UTF-8; in PowerShell with Out-File -Encoding utf8, not with >");
        try
        {
            var text = AsUtf8(json);
            return JsonDocument.Parse(allowNaN ? QuoteNaN(text) : text, Strict);
        }
        catch (JsonException failure)
        {
            throw Codes.InvalidJson.Error(
                $"{origin} is not valid JSON, line {failure.LineNumber + 1}, column {failure.BytePositionInLine + 1}",
                json.Span.TrimStart(" \r\n\t"u8).StartsWith("<"u8) ? "it looks like a web page; download the file itself" : "check the file with a JSON validator",
                failure);
        }
    }

    // A shell of Windows redirects into UTF-16.
    private static ReadOnlyMemory<byte> AsUtf8(ReadOnlyMemory<byte> json) =>
        json.Span.StartsWith(Encoding.Unicode.Preamble) ? Encoding.UTF8.GetBytes(Encoding.Unicode.GetString(json.Span[2..]))
        : json.Span.StartsWith(Encoding.BigEndianUnicode.Preamble) ? Encoding.UTF8.GetBytes(Encoding.BigEndianUnicode.GetString(json.Span[2..]))
        : WithoutBom(json);

    public static ReadOnlyMemory<byte> WithoutBom(ReadOnlyMemory<byte> json) =>
        json.Span.StartsWith(Encoding.UTF8.Preamble) ? json[3..] : json;

    // Python's json.dump writes NaN and Infinity bare; quoting them first gives an error that names the metric.
    private static ReadOnlyMemory<byte> QuoteNaN(ReadOnlyMemory<byte> json)
    {
        if (json.Span.IndexOf("NaN"u8) < 0 && json.Span.IndexOf("Infinity"u8) < 0) return json;
        var text = Encoding.UTF8.GetString(json.Span);
        return Encoding.UTF8.GetBytes(System.Text.RegularExpressions.Regex.Replace(text, @"(?<=[:\[,]\s*)(NaN|-?Infinity)(?=\s*[,}\]])", "\"$1\""));
    }
}
