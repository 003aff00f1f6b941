using System.Text;
using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Shared;

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
        catch (JsonException failure) when (failure.LineNumber is null)
        {
            throw Codes.InvalidJson.Error($"{origin} holds {Twice(json)}", "keep one of them", failure);
        }
        catch (JsonException failure)
        {
            throw Codes.InvalidJson.Error($"{origin} is not valid JSON, line {failure.LineNumber + 1}, column {failure.BytePositionInLine + 1}", AdviceFor(WithoutBom(json).Span.TrimStart(" \r\n\t"u8)), failure);
        }
    }

    private static string AdviceFor(ReadOnlySpan<byte> text) => text switch
    {
        [(byte)'<', ..] => "it looks like a web page; download the file itself",
        [(byte)'{' or (byte)'[', ..] => "check the file with a JSON validator",
        [] => "the file is empty; write an object such as { \"accuracy\": 0.93 }",
        _ => "it looks like CSV, YAML or plain text; write an object such as { \"accuracy\": 0.93 }",
    };

    // The parser names no place for a name that stands twice in one object.
    private static string Twice(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(QuoteNaN(AsUtf8(json)), new JsonDocumentOptions { MaxDepth = Strict.MaxDepth });
        return In(document.RootElement, "") is { } name ? $"'{SafeText.OneLine(name)}' twice" : "a name twice";

        static string? In(JsonElement element, string place) => element.ValueKind switch
        {
            JsonValueKind.Object => element.EnumerateObject().GroupBy(property => property.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Skip(1).Any()) is { } twice
                ? place + twice.Key
                : element.EnumerateObject().Select(property => In(property.Value, $"{place}{property.Name}.")).FirstOrDefault(found => found is not null),
            JsonValueKind.Array => element.EnumerateArray().Select(item => In(item, place)).FirstOrDefault(found => found is not null),
            _ => null,
        };
    }

    // A shell of Windows redirects into UTF-16.
    private static ReadOnlyMemory<byte> AsUtf8(ReadOnlyMemory<byte> json) =>
        json.Span.StartsWith(Encoding.Unicode.Preamble) ? Encoding.UTF8.GetBytes(Encoding.Unicode.GetString(json.Span[2..]))
        : json.Span.StartsWith(Encoding.BigEndianUnicode.Preamble) ? Encoding.UTF8.GetBytes(Encoding.BigEndianUnicode.GetString(json.Span[2..]))
        : WithoutBom(json);

    /// <summary>Why the serialiser refused a document, without its names of types and places.</summary>
    public static string Reason(Exception failure)
    {
        var message = failure.Message;
        if (message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal)) return "the value is of another kind than it has to be";
        foreach (var end in new[] { " Path: ", " LineNumber: " })
        {
            if (message.IndexOf(end, StringComparison.Ordinal) is >= 0 and var at) message = message[..at];
        }

        const string Including = "missing required properties including: ";
        var missing = message.IndexOf(Including, StringComparison.Ordinal);
        return (missing < 0 ? message : $"it has no {message[(missing + Including.Length)..]}").TrimEnd('.', ' ');
    }

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
