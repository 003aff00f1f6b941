using System.Collections.Immutable;
using System.IO.Compression;
using ModelRegistry.Shared;

namespace ModelRegistry.Weights.Npy;

/// <summary>
/// Reads <c>.npz</c>: a zip of NumPy arrays, one a record. Arrays of objects are pickles and are refused; the scanner judges what they hold.
/// </summary>
internal static class NpzReader
{
    private const string Extension = ".npy";

    internal static bool Recognises(ZipDirectory zip) => zip.Entries.Count > 0 && zip.Entries.All(e => e.Name.EndsWith(Extension, StringComparison.Ordinal));

    /// <summary>Opens an archive for which <see cref="Recognises"/> was true. Owns its file once it returns.</summary>
    /// <exception cref="WeightsFormatException">MR0565 or MR0566 with the record's name; what a zip archive is refused for.</exception>
    internal static WeightsFile Open(ZipDirectory zip, WeightsReadOptions options)
    {
        var tensors = new List<Tensor>(zip.Entries.Count);
        foreach (var entry in zip.Entries)
        {
            try
            {
                if (options.VerifyData)
                {
                    ZipContent.Verify(zip, entry);
                }

                tensors.Add(ToTensor(zip, entry));
            }
            catch (Exception e) when (e is InvalidDataException or IOException)
            {
                throw new WeightsFormatException(WeightsCodes.Checksum, "the compressed data is damaged", Display.Escape(entry.Name), "fetch the file again", e);
            }
            catch (WeightsFormatException e) when (e.Where is null)
            {
                throw new WeightsFormatException(e.Code, e.Message, Display.Escape(entry.Name), e.Hint, e);
            }
        }

        return new NpzFile(zip.File, tensors);
    }

    private static Tensor ToTensor(ZipDirectory zip, ZipEntry entry)
    {
        using var stored = zip.File.OpenStream(entry.DataOffset, entry.CompressedLength);
        using var stream = entry.IsDeflated ? new DeflateStream(stored, CompressionMode.Decompress) : stored;
        var (header, start) = NpyFile.ReadHeaderWithLength(stream);
        if (start + header.DataLength != entry.Length)
        {
            throw NpyError.Malformed($"{entry.Length - start} bytes follow the header, and shape and type need {header.DataLength}");
        }

        var dtype = header.ElementType.DType;
        var storage = entry.IsDeflated
            ? new TensorStorage(() => ZipContent.Read(zip, entry, (int)ZipLimits.InflatedEntry)[start..].ToArray(), header.DataLength, entry.Name) { IsBigEndian = header.ElementType.IsBigEndian }
            : new TensorStorage(zip.File, entry.DataOffset + start, header.DataLength, entry.Name) { IsBigEndian = header.ElementType.IsBigEndian };
        var name = entry.Name[..^Extension.Length];
        var shape = ImmutableArray.Create(header.Shape);
        return Tensor.Strided(Display.Escape(name), [new TensorKey(TensorKeyKind.Name, name)], dtype, shape, header.IsFortranOrder ? ColumnMajor(shape) : Geometry.RowMajor(shape, name), storage, 0);
    }

    private static ImmutableArray<long> ColumnMajor(ImmutableArray<long> shape)
    {
        var strides = new long[shape.Length];
        long step = 1;
        for (var i = 0; i < strides.Length; i++)
        {
            strides[i] = step;
            step = Saturating.Multiply(step, Math.Max(1, shape[i]));
        }

        return ImmutableArray.Create(strides);
    }

    private sealed class NpzFile(MappedFile file, IReadOnlyList<Tensor> tensors) : WeightsFile(file)
    {
        public override WeightsFormat Format => WeightsFormat.NumpyZip;

        public override IReadOnlyList<Tensor> Tensors { get; } = tensors;
    }
}
