using System.Globalization;

namespace ModelRegistry.Dashboard.Layers;

/// <summary>What the address of a layers page asks for.</summary>
public sealed record LayersRequest
{
    /// <summary>The module that is open, with all above it.</summary>
    public string Open { get; init; } = "";

    /// <summary>A search over tensors.</summary>
    public string Query { get; init; } = "";

    /// <summary>The tensor whose values are measured.</summary>
    public string? Tensor { get; init; }

    /// <summary>The first row that is shown of a level that is too long.</summary>
    public int From { get; init; }

    public static LayersRequest Of(IQueryCollection query) => new()
    {
        Open = Text(query, "open") ?? "",
        Query = Text(query, "find") ?? "",
        Tensor = Text(query, "tensor"),
        From = int.TryParse(query["from"], NumberStyles.None, CultureInfo.InvariantCulture, out var from) ? from : 0,
    };

    private static string? Text(IQueryCollection query, string key) => query[key].ToString() is { Length: > 0 and <= 2000 } text ? text : null;
}
