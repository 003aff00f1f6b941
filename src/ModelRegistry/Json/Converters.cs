using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Json;

/// <summary>A value that is one JSON string and checks itself.</summary>
internal abstract class StringConverter<T> : JsonConverter<T>
    where T : class
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String) throw new JsonException("expected a string");
        try
        {
            return Parse(reader.GetString()!);
        }
        catch (ModelRegistryException failure)
        {
            throw new JsonException(failure.Message, failure);
        }
        catch (InvalidOperationException failure)
        {
            throw new JsonException("the string is not valid Unicode", failure);
        }
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());

    protected abstract T Parse(string text);
}

internal sealed class ModelNameConverter : StringConverter<ModelName>
{
    protected override ModelName Parse(string text) => ModelName.Parse(text);
}

internal sealed class ModelVersionConverter : StringConverter<ModelVersion>
{
    protected override ModelVersion Parse(string text) => ModelVersion.Parse(text);
}

internal sealed class ModelIdConverter : StringConverter<ModelId>
{
    protected override ModelId Parse(string text) => ModelId.Parse(text);
}

internal sealed class DigestConverter : StringConverter<Digest>
{
    protected override Digest Parse(string text) => Digest.Parse(text);
}

internal sealed class RelativeFilePathConverter : StringConverter<RelativeFilePath>
{
    protected override RelativeFilePath Parse(string text) => RelativeFilePath.Parse(text);
}

/// <summary>RFC 3339 in UTC; milliseconds only where there are any.</summary>
internal sealed class TimestampConverter : JsonConverter<DateTimeOffset>
{
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var time)
            ? time.ToUniversalTime()
            : throw new JsonException("expected a time such as 2026-11-21T19:30:00Z");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(Format(value));
}

internal sealed class MetricDirectionConverter : JsonConverter<MetricDirection>
{
    public override MetricDirection Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && MetricDirections.TryParse(reader.GetString()!, out var direction)
            ? direction
            : throw new JsonException("expected min or max");

    public override void Write(Utf8JsonWriter writer, MetricDirection value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToText());
}

/// <summary>Numbers on one line, because a shape is read as a whole.</summary>
internal sealed class ShapeConverter : JsonConverter<ImmutableArray<long>>
{
    public override ImmutableArray<long> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("expected a list of whole numbers");
        var numbers = ImmutableArray.CreateBuilder<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number)) throw new JsonException("expected a whole number");
            numbers.Add(number);
        }

        return numbers.ToImmutable();
    }

    public override void Write(Utf8JsonWriter writer, ImmutableArray<long> value, JsonSerializerOptions options) =>
        writer.WriteRawValue($"[{string.Join(", ", value.Select(n => n.ToString(CultureInfo.InvariantCulture)))}]");
}

/// <summary>Numbers on one line.</summary>
internal sealed class NumbersConverter : JsonConverter<ImmutableArray<double>>
{
    public override ImmutableArray<double> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("expected a list of numbers");
        var numbers = ImmutableArray.CreateBuilder<double>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out var number)) throw new JsonException("expected a number");
            numbers.Add(number);
        }

        return numbers.ToImmutable();
    }

    public override void Write(Utf8JsonWriter writer, ImmutableArray<double> value, JsonSerializerOptions options)
    {
        var text = new StringBuilder("[");
        for (var i = 0; i < value.Length; i++)
        {
            if (i > 0) text.Append(", ");
            text.Append(value[i].ToString("R", CultureInfo.InvariantCulture));
        }

        writer.WriteRawValue(text.Append(']').ToString());
    }
}
