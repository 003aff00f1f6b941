namespace ModelRegistry.Weights.Zip;

/// <summary>Bounds on zip archives.</summary>
internal static class ZipLimits
{
    /// <summary>Records in one archive: a tensor each, and some more.</summary>
    internal const int Entries = WeightsLimits.Tensors + 100_000;

    /// <summary>Bytes that all compressed records together may inflate to.</summary>
    internal const long InflatedTotal = 8L << 30;

    /// <summary>Bytes one compressed record may inflate to: it has to fit an array.</summary>
    internal const long InflatedEntry = 1L << 30;

    /// <summary>Inflated size over compressed size, for records that inflate to more than <see cref="RatioFrom"/>.</summary>
    internal const long Ratio = 256;

    /// <summary>Below this size a high ratio hurts nobody.</summary>
    internal const long RatioFrom = 1 << 18;

    /// <summary>Zips within zips that are looked into.</summary>
    internal const int Nesting = 4;
}
