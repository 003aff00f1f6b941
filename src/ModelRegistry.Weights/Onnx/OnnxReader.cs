using System.Collections.Immutable;

namespace ModelRegistry.Weights.Onnx;

/// <summary>Reads ONNX models: header, graph signature, initialisers.</summary>
internal static class OnnxReader
{
    /// <summary>True when the content looks like an ONNX protobuf; cheap, never throws for bad content.</summary>
    internal static bool Recognises(MappedFile file) => OnnxDetection.IsModel(file.Peek(0, int.MaxValue));

    /// <summary>Opens a file for which <see cref="Recognises"/> was true. Owns <paramref name="file"/> once it returns.</summary>
    /// <exception cref="WeightsFormatException">MR0517 or MR0560 to MR0562.</exception>
    internal static WeightsFile Open(MappedFile file, WeightsReadOptions options)
    {
        if (file.Length > int.MaxValue)
            throw OnnxError.Invalid($"it has {file.Length} bytes where protobuf allows 2 GiB; larger models keep their tensors in external data");
        var (model, weights, others) = OnnxGraphReader.Read(file.Slice(0, (int)file.Length));
        var externalFiles = new OnnxExternalFiles(file.Path);
        var tensors = weights.Select(initializer => ToTensor(initializer, file, externalFiles)).ToImmutableArray();
        return new OnnxFile(file, model, tensors, externalFiles, [.. weights, .. others]);
    }

    /// <summary>The files that the graph names beside it, each found to be there and inside the folder.</summary>
    /// <exception cref="WeightsFormatException">MR0562, MR0563.</exception>
    internal static IReadOnlyList<string> ExternalFiles(MappedFile file)
    {
        using var files = new OnnxExternalFiles(file.Path);
        var found = new List<string>();
        var (_, weights, others) = OnnxGraphReader.Read(file.Slice(0, (int)Math.Min(file.Length, int.MaxValue)));
        foreach (var initializer in weights.Concat(others))
        {
            if (initializer.External is { } external && !found.Contains(external.Location, StringComparer.Ordinal))
            {
                files.Open(external with { Offset = 0 }, initializer.Name, 0, initializer.Message.Offset);
                found.Add(external.Location);
            }
        }
        return found;
    }

    internal static Tensor ToTensor(OnnxInitializer initializer, MappedFile file, OnnxExternalFiles externalFiles)
    {
        var dtype = TypeOf(initializer);
        var elements = Geometry.ElementCount(initializer.Shape, initializer.Name);
        var length = Geometry.ByteLength(dtype, elements, initializer.Name);
        return Tensor.Contiguous(
            Display.Escape(initializer.Name),
            [new TensorKey(TensorKeyKind.Name, initializer.Name)],
            dtype,
            initializer.Shape,
            StorageOf(initializer, dtype, elements, length, file, externalFiles));
    }

    internal static long LengthOf(OnnxInitializer initializer) => Geometry.ByteLength(TypeOf(initializer), Geometry.ElementCount(initializer.Shape, initializer.Name), initializer.Name);

    private static DType TypeOf(OnnxInitializer initializer) => OnnxElementTypes.Find(initializer.DataType) ?? throw Invalid(initializer, $"has the unknown data type {initializer.DataType}");

    private static TensorStorage? StorageOf(OnnxInitializer initializer, DType dtype, long elements, long length, MappedFile file, OnnxExternalFiles externalFiles)
    {
        var name = initializer.Name;
        if (initializer.External is { } external)
        {
            if (external.Length is { } stated && stated != length)
                throw OnnxExternalData.LeavesItsFile(name, $"it states {stated} bytes where shape and type need {length}", initializer.Message.Offset);
            return new TensorStorage(() => externalFiles.Open(external, name, length, initializer.Message.Offset), external.Offset, length, name);
        }
        if (initializer.Raw is { } raw)
        {
            return raw.Length == length && dtype != DType.String
                ? new TensorStorage(file, raw.Offset, raw.Length, name)
                : throw Invalid(initializer, $"has {raw.Length} raw bytes where shape and type need {length}");
        }
        if (elements > 0 && initializer.TypedField != OnnxTypedData.FieldOf(dtype))
            throw Invalid(initializer, initializer.TypedField == 0 ? "has no data" : $"holds its data in field {initializer.TypedField}, which is not for {OnnxElementTypes.NameOf(initializer.DataType)}");
        if (initializer.TypedCount != OnnxTypedData.CountFor(dtype, elements))
            throw Invalid(initializer, $"holds {initializer.TypedCount} values where shape and type need {OnnxTypedData.CountFor(dtype, elements)}");
        if (length > Array.MaxLength)
            throw Invalid(initializer, $"needs {length} bytes once its values are unpacked, more than {Array.MaxLength}");
        return dtype == DType.String
            ? null
            : new TensorStorage(() => OnnxTypedData.Read(file.Slice(initializer.Message.Offset, initializer.Message.Length), initializer.Message.Offset, initializer, dtype), length, name);
    }

    private static WeightsFormatException Invalid(OnnxInitializer initializer, string what) =>
        OnnxError.Invalid($"initialiser {Display.Quote(initializer.Name)} {what}", $"byte {initializer.Message.Offset}");
}
