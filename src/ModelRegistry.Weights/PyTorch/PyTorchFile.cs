namespace ModelRegistry.Weights.PyTorch;

/// <summary>A state dict or checkpoint of PyTorch, zip or legacy.</summary>
internal sealed class PyTorchFile : WeightsFile
{
    private PyTorchFile(MappedFile file, WeightsFormat format, TensorCollector collector, object? root, PickleReport report)
        : base(file)
    {
        Format = format;
        var (tensors, others, path) = collector.Collect(root, report);
        Tensors = tensors;
        OtherTensors = others;
        StateDictPath = path.ToName();
        Metadata = CheckpointMetadata.From(root);
        Findings = [.. report.Skipped, .. NameCollisions.Find(tensors)];
    }

    public override WeightsFormat Format { get; }

    public override IReadOnlyList<Tensor> Tensors { get; }

    public override IReadOnlyList<Tensor> OtherTensors { get; }

    public override string StateDictPath { get; }

    public override IReadOnlyDictionary<string, string> Metadata { get; }

    public override IReadOnlyList<WeightsFinding> Findings { get; }

    internal static PyTorchFile OpenZip(PyTorchArchive archive, WeightsReadOptions options)
    {
        var report = new PickleReport();
        var root = archive.ReadPickle("data.pkl", options, report, torchScript: false);
        var storages = archive.ReadStorages(report, "data", options.VerifyData);
        var collector = new TensorCollector(storages, archive.Where("data.pkl"), archive.Find("data.pkl")!.Length);
        return new PyTorchFile(archive.Zip.File, WeightsFormat.PyTorchZip, collector, root, report);
    }

    internal static PyTorchFile OpenLegacy(MappedFile file, WeightsReadOptions options)
    {
        var report = new PickleReport();
        var legacy = LegacyLayout.Read(file, options, report);
        var collector = new TensorCollector(legacy.Storages, "data pickle", legacy.PickleLength);
        return new PyTorchFile(file, WeightsFormat.PyTorchLegacy, collector, legacy.Root, report);
    }
}
