using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ModelRegistry.Tool.Output;

/// <summary>Writes documents for scripts. Written by hand rather than serialised, because the field names are a contract and start-up counts.</summary>
internal static class JsonOutput
{
    private static readonly JsonWriterOptions Form = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes one object to standard output, and only when it is complete.</summary>
    public static void Write(Action<Utf8JsonWriter> document) => StandardOutput.Write(Document(document));

    /// <summary>One object as a document of its own.</summary>
    public static byte[] Document(Action<Utf8JsonWriter> document)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer, Form))
        {
            writer.WriteStartObject();
            document(writer);
            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    public static void Time(this Utf8JsonWriter writer, string name, DateTimeOffset time) =>
        writer.WriteString(name, time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture));

    /// <summary>A number; null where there is none, text where JSON has no such number.</summary>
    public static void Figure(this Utf8JsonWriter writer, string name, double? value)
    {
        if (value is null) writer.WriteNull(name);
        else if (double.IsFinite(value.Value)) writer.WriteNumber(name, value.Value);
        else writer.WriteString(name, value.Value.ToString(CultureInfo.InvariantCulture));
    }

    public static void Strings(this Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values) writer.WriteStringValue(value);
        writer.WriteEndArray();
    }

    public static void Objects<T>(this Utf8JsonWriter writer, string name, IEnumerable<T> values, Action<T> fields)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStartObject();
            fields(value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>A file of the registry as it stands there, so that fields which this version does not know are kept.</summary>
    public static void RegistryFile(this Utf8JsonWriter writer, string name, string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        writer.WritePropertyName(name);
        document.RootElement.WriteTo(writer);
    }

    /// <summary>The fields of a manifest's file, but for those that the command writes itself.</summary>
    public static void ManifestFields(this Utf8JsonWriter writer, string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (var field in document.RootElement.EnumerateObject())
        {
            if (field.Name is not ("id" or "aliases" or "aliasReasons" or "yanked" or "verification")) field.WriteTo(writer);
        }
    }

    public static void IdFields(this Utf8JsonWriter writer, ModelId id)
    {
        writer.WriteString("id", id.ToString());
        writer.WriteString("name", id.Name.Value);
        writer.WriteString("version", id.Version.Value);
    }
}
