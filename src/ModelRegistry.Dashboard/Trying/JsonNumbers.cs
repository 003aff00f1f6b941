using System.Buffers.Binary;
using System.Text.Json;
using ModelRegistry.Dashboard.Display;
using ModelRegistry.Diagnostics;
using ModelRegistry.Verification.Hosting;

namespace ModelRegistry.Dashboard.Trying;

/// <summary>A tensor written as JSON: a number, or lists of numbers in lists.</summary>
internal static class JsonNumbers
{
    private const int MaxDepth = 16;

    /// <summary>Reads the numbers as the declared type. A list without lists in it takes the declared shape where it fits.</summary>
    /// <exception cref="ModelRegistryException">MR0923: not JSON, not numbers alone, lists of different lengths, or a number that the type does not hold.</exception>
    public static TensorData Read(string json, string name, TensorSpec? declared)
    {
        var dtype = declared?.Dtype ?? "float32";
        var shape = new List<long>();
        var data = new MemoryStream();
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
            for (var first = document.RootElement; first.ValueKind == JsonValueKind.Array; first = first[0])
            {
                shape.Add(first.GetArrayLength());
                if (shape[^1] == 0) throw Refused(name, "has an empty list");
            }

            Collect(document.RootElement, 0);
        }
        catch (JsonException failure)
        {
            throw Refused(name, $"is no list of numbers: line {(failure.LineNumber ?? 0) + 1} is not JSON");
        }

        return new TensorData(declared?.Name ?? name, dtype, [.. Fitted(shape, declared)], data.ToArray());

        void Collect(JsonElement element, int depth)
        {
            if (depth < shape.Count)
            {
                if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() != shape[depth]) throw Refused(name, $"has lists of different lengths; the first are {Figures.Shape([.. shape])}");
                foreach (var inner in element.EnumerateArray()) Collect(inner, depth + 1);
            }
            else if (!Put(data, element, dtype))
            {
                throw Refused(name, $"holds {Shown.OneLine(element.GetRawText() is { Length: > 40 } long_ ? long_[..39] + "…" : element.GetRawText())}, which is no {dtype}");
            }
        }
    }

    private static List<long> Fitted(List<long> shape, TensorSpec? declared)
    {
        if (shape is not [var count] || declared is not { Shape: { Length: > 1 } wanted }) return shape;
        var known = wanted.Where(d => d > 0).Aggregate(1L, (product, d) => product > count ? product : product * d);
        if (count % known != 0 || (known != count && wanted.All(d => d > 0))) return shape;
        var free = wanted.LastIndexOf(-1);
        return [.. wanted.Select((d, i) => d > 0 ? d : i == free ? count / known : 1)];
    }

    private static bool Put(MemoryStream data, JsonElement element, string dtype)
    {
        Span<byte> bytes = stackalloc byte[8];
        if (dtype is "float64" or "float32" or "float16")
        {
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetDouble(out var number) || !double.IsFinite(number)) return false;
            if (dtype == "float64") BinaryPrimitives.WriteDoubleLittleEndian(bytes, number);
            else if (dtype == "float32") BinaryPrimitives.WriteSingleLittleEndian(bytes, (float)number);
            else BinaryPrimitives.WriteHalfLittleEndian(bytes, (Half)number);
            data.Write(bytes[..(dtype == "float64" ? 8 : dtype == "float32" ? 4 : 2)]);
            return true;
        }

        var (size, least, most) = dtype switch
        {
            "int64" => (8, long.MinValue, long.MaxValue),
            "int32" => (4, int.MinValue, int.MaxValue),
            "int16" => (2, short.MinValue, short.MaxValue),
            "int8" => (1, sbyte.MinValue, sbyte.MaxValue),
            "uint8" => (1, byte.MinValue, byte.MaxValue),
            "bool" => (1, 0, 1),
            _ => (0, 0L, -1L),
        };
        var whole = element.ValueKind switch
        {
            JsonValueKind.True when dtype == "bool" => 1,
            JsonValueKind.False when dtype == "bool" => 0,
            JsonValueKind.Number when element.TryGetInt64(out var number) => number,
            _ => (long?)null,
        };
        if (whole is not { } value || value < least || value > most) return false;
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        data.Write(bytes[..size]);
        return true;
    }

    private static ModelRegistryException Refused(string name, string why) =>
        DashboardCodes.InputRefused.Error($"{Shown.OneLine(name)} {why}", "write a list such as [[0.5, 1], [2, 3]], in the shape of the input");
}
