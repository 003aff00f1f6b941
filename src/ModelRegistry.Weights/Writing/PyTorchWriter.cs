namespace ModelRegistry.Weights;

/// <summary>
/// Writes state dicts as PyTorch does since 1.6: a zip of stored records, each tensor's bytes on a 64-byte boundary, and
/// a pickle that asks for nothing but tensors and <c>OrderedDict</c>. <c>torch.load(path, weights_only=True)</c> reads
/// it. Memory stays constant however large the tensors are.
/// </summary>
public static class PyTorchWriter
{
    private const string Root = "archive";

    /// <summary>Items per SETITEMS, as Python's own pickler does it.</summary>
    private const int BatchSize = 1000;

    /// <summary>Writes a file under a temporary name and renames it once it is whole.</summary>
    /// <param name="path">Where to write.</param>
    /// <param name="tensors">The state dict, in order.</param>
    /// <param name="options">Defaults to <see cref="WeightsWriteOptions.Default"/>.</param>
    /// <param name="progress">Told the bytes of tensor data written so far.</param>
    /// <param name="cancellationToken">Stops the writing; nothing is left behind.</param>
    /// <remarks>
    /// Types newer than PyTorch's typed storages (uint16, uint32, uint64, float8) are written as PyTorch 2.3 writes them
    /// and need that version to be read.
    /// </remarks>
    /// <exception cref="WeightsFormatException">
    /// The file exists (MR0570) or cannot be written (MR0577), or a tensor has a type PyTorch does not know (MR0571),
    /// shares memory with one of another type (MR0572), has an impossible or repeated name (MR0573) or no data (MR0576).
    /// </exception>
    public static void Write(
        string path,
        IEnumerable<NamedTensor> tensors,
        WeightsWriteOptions? options = null,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options ??= WeightsWriteOptions.Default;
        var layout = PyTorchLayout.Of([.. tensors], options.SharedTensors);
        OutputFile.Write(path, options.Overwrite, length: 0, stream => Write(stream, layout, progress, cancellationToken));
    }

    internal static void Write(Stream stream, PyTorchLayout layout, IProgress<long>? progress, CancellationToken cancellationToken, long zip64From = uint.MaxValue)
    {
        var zip = new ZipWriter(stream, zip64From);
        zip.Add($"{Root}/data.pkl", PickleOf(layout));
        zip.Add($"{Root}/byteorder", "little"u8.ToArray());
        var writing = new TensorWriting(progress, cancellationToken);
        foreach (var record in layout.Records)
            zip.Add($"{Root}/data/{record.Key}", record.Content.ByteLength, write => writing.Copy(record.Content, write));
        zip.Add($"{Root}/version", "3\n"u8.ToArray());
        zip.Finish();
    }

    private static byte[] PickleOf(PyTorchLayout layout)
    {
        var pickle = new PickleWriter();
        EmptyOrderedDict(pickle);
        foreach (var batch in layout.Views.Chunk(BatchSize))
        {
            pickle.Mark();
            foreach (var view in batch)
            {
                pickle.String(view.Name);
                Rebuild(pickle, view);
            }
            pickle.SetItems();
        }
        return pickle.Stop();
    }

    private static void Rebuild(PickleWriter pickle, PyTorchView view)
    {
        var content = view.Record.Content;
        var storage = PyTorchTypes.StorageOf(content.DType);
        pickle.Global("torch._utils", storage is null ? "_rebuild_tensor_v3" : "_rebuild_tensor_v2");
        pickle.Mark();
        pickle.Mark();
        pickle.String("storage");
        if (storage is null)
            pickle.Global("torch.storage", "UntypedStorage");
        else
            pickle.Global("torch", storage);
        pickle.String(view.Record.Key);
        pickle.String("cpu");
        // An untyped storage counts bytes.
        pickle.Integer(storage is null ? content.ByteLength : content.ElementCount);
        pickle.Tuple();
        pickle.PersistentId();
        pickle.Integer(view.Offset);
        pickle.Integers(view.Shape.AsSpan());
        pickle.Integers(view.Strides.AsSpan());
        pickle.False();
        EmptyOrderedDict(pickle);
        if (storage is null)
            pickle.Global("torch", content.DType.DisplayName());
        pickle.Tuple();
        pickle.Reduce();
    }

    private static void EmptyOrderedDict(PickleWriter pickle)
    {
        pickle.Global("collections", "OrderedDict");
        pickle.EmptyTuple();
        pickle.Reduce();
    }
}
