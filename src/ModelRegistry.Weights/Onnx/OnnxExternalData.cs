using System.Globalization;

namespace ModelRegistry.Weights.Onnx;

/// <summary>
/// Where an initialiser's data stands outside the model's own file
/// (<see href="https://github.com/onnx/onnx/blob/main/docs/ExternalData.md"/>).
/// </summary>
/// <param name="Location">Path relative to the model's directory, checked by <see cref="From"/> to stay below it.</param>
/// <param name="Offset">First byte in that file.</param>
/// <param name="Length">Bytes, where stated.</param>
internal sealed record OnnxExternalData(string Location, long Offset, long? Length)
{
    /// <summary>location, offset, length, checksum, basepath; anything more is no genuine file's.</summary>
    private const int MaxEntries = 64;

    public static void AddTo(Dictionary<string, string> entries, ProtobufReader reader, int maxStringBytes)
    {
        var start = reader.Offset;
        var (key, value) = ("", "");
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    key = reader.String(maxStringBytes);
                    break;
                case 2:
                    value = reader.String(maxStringBytes);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        if (entries.Count == MaxEntries || !entries.TryAdd(key, value))
            throw OnnxError.Invalid($"external data states {Display.Quote(key)} twice or has more than {MaxEntries} entries", $"byte {start}");
    }

    /// <exception cref="WeightsFormatException">MR0562: the location leaves the model's directory, or a number is none.</exception>
    public static OnnxExternalData From(Dictionary<string, string> entries, string tensor, long at)
    {
        // Some exporters write ./weights.bin: the same place.
        var location = string.Join('/', entries.GetValueOrDefault("location", "").Split('/').Where(part => part != "."));
        if (FaultOf(location) is { } fault)
            throw Refused(tensor, $"location {Display.Quote(location)} {fault}", at);
        return new OnnxExternalData(location, Number("offset") ?? 0, Number("length"));

        long? Number(string key)
        {
            if (!entries.TryGetValue(key, out var text))
                return null;
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw LeavesItsFile(tensor, $"{key} {Display.Quote(text)} is not a number of bytes", at);
        }
    }

    public static WeightsFormatException Refused(string tensor, string what, long at) => new(
        OnnxError.ExternalLocation,
        $"external data of initialiser {Display.Quote(tensor)} is refused: {what}",
        $"byte {at}");

    public static WeightsFormatException LeavesItsFile(string tensor, string what, long at) => new(
        OnnxError.ExternalRange,
        $"external data of initialiser {Display.Quote(tensor)} cannot be: {what}",
        $"byte {at}",
        "fetch both files again");

    /// <summary>The same answer on every platform: a path that one of them would read differently is refused by all.</summary>
    private static string? FaultOf(string location)
    {
        if (location.Length == 0)
            return "is empty";
        if (location.AsSpan().ContainsAny('\\', ':', '\0'))
            return "holds a backslash, a colon or a NUL";
        if (location[0] == '/')
            return "is absolute";
        foreach (var segment in location.Split('/'))
        {
            if (segment == "..")
                return "leaves the model's directory";
            if (segment.Length == 0)
                return "has an empty part";
        }
        return null;
    }
}
