namespace ModelRegistry.Weights.Zip;

/// <summary>One checked record of a <see cref="ZipDirectory"/>.</summary>
internal sealed record ZipEntry
{
    internal required string Name { get; init; }

    /// <summary>Flags of the directory, equal to those of the record.</summary>
    internal required ushort Flags { get; init; }

    internal required bool IsDeflated { get; init; }

    internal required uint Crc { get; init; }

    internal required long CompressedLength { get; init; }

    internal required long Length { get; init; }

    /// <summary>Where the record's header starts.</summary>
    internal required long HeaderOffset { get; init; }

    /// <summary>Where its bytes start.</summary>
    internal long DataOffset { get; init; }
}
