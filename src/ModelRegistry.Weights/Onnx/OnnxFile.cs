using System.Collections.Immutable;
using System.Globalization;

namespace ModelRegistry.Weights;

/// <summary>An open ONNX model. Its initialisers, those of sub-graphs and named tensors of Constant operators are <see cref="WeightsFile.Tensors"/>; <see cref="Model"/> has the rest of the header.</summary>
public sealed class OnnxFile : WeightsFile
{
    private readonly OnnxExternalFiles _externalFiles;
    private readonly ImmutableArray<(OnnxInitializer Initializer, long Length)> _external;

    internal OnnxFile(MappedFile file, OnnxModel model, ImmutableArray<Tensor> tensors, OnnxExternalFiles externalFiles, IEnumerable<OnnxInitializer> stated)
        : base(file)
    {
        _externalFiles = externalFiles;
        _external = [.. stated.Where(tensor => tensor.External is not null).Select(tensor => (tensor, OnnxReader.LengthOf(tensor)))];
        ExternalFiles = [.. _external.Select(e => e.Initializer.External!.Location).Distinct(StringComparer.Ordinal)];
        Model = model;
        Tensors = tensors;
        Metadata = MetadataOf(model);
        Signature = new ModelSignature(ToSignature(model.Inputs), ToSignature(model.Outputs));
        if (model.SparseInitializers > 0)
        {
            var what = $"{model.SparseInitializers} sparse initialisers are not listed as tensors";
            Findings = [new WeightsFinding(OnnxError.Sparse, what, "")];
        }
    }

    /// <summary>Producer, operator sets, graph inputs and outputs, operators.</summary>
    public OnnxModel Model { get; }

    /// <inheritdoc/>
    public override WeightsFormat Format => WeightsFormat.Onnx;

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Tensors { get; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Metadata { get; }

    /// <inheritdoc/>
    public override ModelSignature Signature { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<WeightsFinding> Findings { get; } = [];

    /// <inheritdoc/>
    public override IReadOnlyList<string> ExternalFiles { get; }

    /// <summary>The operators of the main graph, in the order in which they run.</summary>
    internal IReadOnlyList<OnnxNode> ReadNodes() => OnnxNode.ReadAll(File, _externalFiles);

    /// <summary>Looks at every file that the graph names beside it, as whoever reads its tensors will.</summary>
    internal void CheckExternalData(ScanFindings findings)
    {
        foreach (var (initializer, length) in _external)
        {
            try
            {
                if (_externalFiles.HasFolder)
                    _externalFiles.Open(initializer.External!, initializer.Name, length, initializer.Message.Offset);
            }
            catch (WeightsFormatException e) when (e.Code == OnnxError.ExternalLocation)
            {
                findings.Dangerous(new WeightsFinding(e.Code, e.Message, e.Where ?? ""));
            }
            catch (WeightsFormatException e)
            {
                findings.Invalid(e, "");
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _externalFiles.Dispose();
        base.Dispose(disposing);
    }

    private static ImmutableSortedDictionary<string, string> MetadataOf(OnnxModel model)
    {
        var metadata = model.Metadata.ToBuilder();
        metadata["ir_version"] = model.IrVersion.ToString(CultureInfo.InvariantCulture);
        foreach (var (domain, version) in model.Opsets)
            metadata[domain.Length == 0 ? "opset" : $"opset:{domain}"] = version.ToString(CultureInfo.InvariantCulture);
        foreach (var (key, value) in new[] { ("producer_name", model.ProducerName), ("producer_version", model.ProducerVersion), ("graph_name", model.GraphName) })
        {
            if (value.Length > 0)
                metadata[key] = value;
        }
        return metadata.ToImmutable();
    }

    private static ImmutableArray<SignatureValue> ToSignature(ImmutableArray<OnnxValue> values) =>
        [.. values.Select(value => new SignatureValue(value.Name, value.Type, value.DType, ShapeOf(value.Dimensions)))];

    private static ImmutableArray<long> ShapeOf(ImmutableArray<OnnxDimension> dimensions) =>
        dimensions.IsDefault ? default : [.. dimensions.Select(dimension => dimension.Extent)];
}
