using System.Collections.Immutable;

namespace ModelRegistry.Weights;

/// <summary>Converts weights between formats: what anything else holds to safetensors, and safetensors to PyTorch.</summary>
public static class WeightsConverter
{
    /// <summary>
    /// Reads <paramref name="source"/>, whatever its format, writes its model's tensors to <paramref name="destination"/>,
    /// reads that back and compares every byte before the file gets its name. Memory stays constant.
    /// </summary>
    /// <param name="source">Path of a weights file.</param>
    /// <param name="destination">Path of the file to make.</param>
    /// <param name="options">Defaults to <see cref="ConversionOptions.Default"/>.</param>
    /// <param name="progress">Told the bytes of tensor data written so far.</param>
    /// <param name="cancellationToken">Stops the conversion; nothing is left behind.</param>
    /// <exception cref="WeightsFormatException">
    /// The source is refused, the destination exists (MR0570) or cannot be written (MR0577), no target follows from its
    /// name (MR0575), a tensor does not fit the target (MR0571 to MR0573, MR0576), or what was written differs (MR0574).
    /// </exception>
    public static ConversionReport Convert(
        string source,
        string destination,
        ConversionOptions? options = null,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options ??= ConversionOptions.Default;
        var target = options.Target ?? TargetOf(destination);
        using var file = WeightsFile.Open(source, options.Read);
        var tensors = TensorCasts.Apply(TensorRenames.Apply(TensorNames.Of(file), options), options.DType);
        var (length, write) = Plan(file, tensors, target, options, progress, cancellationToken);
        var report = new ConversionReport
        {
            Source = file.Format,
            Target = target,
            TensorCount = tensors.Count,
            TensorBytes = tensors.Sum(named => named.Tensor.ByteLength),
            FileLength = 0,
            Cloned = NamesOf(target == WeightsFormat.Safetensors ? TensorOverlaps.Find(tensors) : PyTorchLayout.OfSeveralTypes(tensors)),
            LeftOut = LeftOut(file, target),
        };
        OutputFile.Write(destination, options.Overwrite, length, write, written =>
        {
            ConversionCheck.Run(tensors, written, destination, cancellationToken);
            // Windows replaces no file that is mapped, and the destination may be the source.
            file.Dispose();
        });
        return report with { FileLength = new FileInfo(destination).Length };
    }

    /// <summary>The format a destination's extension stands for.</summary>
    /// <exception cref="WeightsFormatException">MR0575: none.</exception>
    public static WeightsFormat TargetOf(string destination) => Path.GetExtension(destination).ToLowerInvariant() switch
    {
        ".safetensors" => WeightsFormat.Safetensors,
        ".pth" or ".pt" or ".bin" or ".ckpt" => WeightsFormat.PyTorchZip,
        var extension => throw new WeightsFormatException(
            WritingError.Target, $"no format to write follows from the extension '{Display.Escape(extension)}'", destination, "name the destination .safetensors or .pth, or state the target"),
    };

    private static (long Length, Action<FileStream> Write) Plan(
        WeightsFile file, IReadOnlyList<NamedTensor> tensors, WeightsFormat target, ConversionOptions options, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        switch (target)
        {
            case WeightsFormat.Safetensors:
                var write = new WeightsWriteOptions { SharedTensors = options.SharedTensors, Metadata = MetadataFor(file, options) };
                var safetensors = SafetensorsWriter.Plan(tensors, write);
                return (safetensors.TotalLength, stream => SafetensorsWriter.Write(stream, safetensors, progress, cancellationToken));
            case WeightsFormat.PyTorchZip:
                var pyTorch = PyTorchLayout.Of(tensors, options.SharedTensors);
                return (0, stream => PyTorchWriter.Write(stream, pyTorch, progress, cancellationToken));
            default:
                throw new WeightsFormatException(WritingError.Target, $"{target} files can be read but not written", hint: "choose safetensors or PyTorch");
        }
    }

    private static ImmutableSortedDictionary<string, string> MetadataFor(WeightsFile file, ConversionOptions options)
    {
        var metadata = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (file.Format == WeightsFormat.Safetensors)
            metadata.AddRange(file.Metadata);
        else if (file.Format != WeightsFormat.Onnx)
            metadata["format"] = "pt";
        foreach (var (key, value) in options.Metadata)
            metadata[key] = value;
        return metadata.ToImmutable();
    }

    private static IReadOnlyList<IReadOnlyList<string>> NamesOf(IEnumerable<IReadOnlyList<NamedTensor>> groups) =>
        [.. groups.Select(group => (IReadOnlyList<string>)[.. group.Select(named => named.Name)])];

    private static List<string> LeftOut(WeightsFile file, WeightsFormat target)
    {
        var left = new List<string>();
        if (file.OtherTensors.Count > 0)
            left.Add($"{file.OtherTensors.Count} tensors beside the model's");
        if (file.Metadata.Count > 0 && (file.Format, target) != (WeightsFormat.Safetensors, WeightsFormat.Safetensors))
            left.Add($"metadata: {string.Join(", ", file.Metadata.Keys.Order(StringComparer.Ordinal).Select(Display.Escape))}");
        var parts = file.Tensors.Count(tensor => tensor.KeyPath is [.., { Kind: TensorKeyKind.Attribute }]);
        if (parts > 0 && file.Format is (WeightsFormat.PyTorchZip or WeightsFormat.PyTorchLegacy))
            left.Add($"the sparse layout that {parts} tensors, now tensors of their own, are parts of");
        if (file.Code.Count > 0)
            left.Add($"{file.Code.Count} source files");
        if (file.Format is WeightsFormat.TorchScript or WeightsFormat.Onnx)
            left.Add("the graph that runs the tensors");
        return left;
    }
}
