using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ModelRegistry.Shared;

namespace ModelRegistry.Weights.PyTorch;

/// <summary>Turns what a pickle describes into tensors on storages.</summary>
internal sealed class TensorCollector(IReadOnlyDictionary<string, TensorStorage> storages, string where, long pickleLength)
{
    private readonly long _budget = ValueWalk.BudgetFor(pickleLength);
    private long _expanded;

    /// <summary>The tensors of the state dict, the others, and the way to the state dict.</summary>
    internal (List<Tensor> Tensors, List<Tensor> Others, TensorPath StateDict) Collect(object? root, PickleReport report)
    {
        var (value, path) = StateDictChoice.Find(root);
        List<Tensor> tensors = [], others = [];
        Walk(value, path, path.Depth, tensors, null);
        if (path.Depth > 0)
        {
            Walk(root, TensorPath.Root, 0, others, ((PickleNode)value!, path.Depth));
        }

        CheckUnreached(report);
        return (tensors, others, path);
    }

    /// <summary>All tensors below a value, by name.</summary>
    internal void Walk(object? value, TensorPath path, int skip, List<Tensor> into, (PickleNode, int)? except) =>
        new ValueWalk(where, _budget) { Found = (at, node) => Add(into, at, node, skip, null), Except = except }.Walk(value, path);

    /// <summary>Tensors that were built and dropped again follow the same rules.</summary>
    internal void CheckUnreached(PickleReport report)
    {
        foreach (var tensor in report.Tensors)
        {
            Geometry.Check($"at byte {tensor.Position} of {where}", tensor.DType, Shared(tensor.Shape), Shared(tensor.Strides), tensor.Offset, BytesFor(tensor.Storage));
        }
    }

    /// <summary>Adds the tensor, or the parts of a sparse one, found at a path.</summary>
    internal void Add(List<Tensor> into, TensorPath path, PickleNode node, int skip, bool? isParameter)
    {
        switch (node)
        {
            case PickleTensor tensor:
                into.Add(Make(path, tensor, skip, isParameter));
                break;
            case PickleSparse sparse:
                foreach (var (name, part) in sparse.Parts)
                {
                    into.Add(Make(path.Child(new TensorKey(TensorKeyKind.Attribute, name)), part, skip, isParameter));
                }

                break;
            case PickleStorage bare:
                var dtype = bare.DType.BytesPerElement() > 0 ? bare.DType : DType.UInt8;
                into.Add(Tensor.Strided(Name(path, skip), path.ToKeyPath(), dtype, [bare.View?.Count ?? bare.Count], [1], storages[bare.Key], bare.View?.Offset ?? 0));
                break;
        }

        if (into.Count > WeightsLimits.Tensors)
        {
            throw new WeightsFormatException(WeightsCodes.PickleLimit, $"there are more than {WeightsLimits.Tensors} tensors", where);
        }
    }

    private Tensor Make(TensorPath path, PickleTensor source, int skip, bool? isParameter = null)
    {
        var name = Name(path, skip);
        var (shape, strides) = (Shared(source.Shape), Shared(source.Strides));
        Geometry.Check(name, source.DType, shape, strides, source.Offset, BytesFor(source.Storage));
        var storage = source.Storage is null ? null : storages[source.Storage.Key];
        ChargeExpanded(source, storage);
        return Tensor.Strided(
            name,
            path.ToKeyPath(),
            source.DType,
            shape,
            strides,
            storage,
            source.Offset + (source.Storage?.View?.Offset ?? 0),
            source.IsParameter ? true : isParameter,
            Quantization(source.Quantizer, path, skip));
    }

    /// <summary>Many views that repeat their elements cost as much as one with many.</summary>
    private void ChargeExpanded(PickleTensor source, TensorStorage? storage)
    {
        var elements = Geometry.ElementCount(Shared(source.Shape), "");
        if (storage is null || elements * (Int128)source.DType.BitsPerElement() <= storage.ByteLength * (Int128)8)
        {
            return;
        }

        _expanded = Saturating.Add(_expanded, elements);
        if (_expanded > 4 * WeightsLimits.ExpandedElements)
        {
            throw new WeightsFormatException(WeightsCodes.ExpandedTensor, $"views that repeat their elements have more than {4 * WeightsLimits.ExpandedElements} of them together", where, "save copies of the tensors: tensor.contiguous()");
        }
    }

    private Quantization? Quantization(object?[]? quantizer, TensorPath path, int skip) => quantizer switch
    {
        [PickleGlobal scheme, double scale, long zeroPoint] => new Quantization { Scheme = Short(scheme), Scale = scale, ZeroPoint = zeroPoint },
        [PickleGlobal scheme, PickleTensor scales, PickleTensor zeroPoints, long axis] => new Quantization
        {
            Scheme = Short(scheme),
            Scales = Make(path.Child(new TensorKey(TensorKeyKind.Attribute, "scales")), scales, skip),
            ZeroPoints = Make(path.Child(new TensorKey(TensorKeyKind.Attribute, "zero_points")), zeroPoints, skip),
            Axis = (int)axis,
        },
        _ => null,
    };

    private long BytesFor(PickleStorage? declared) => declared switch
    {
        null => long.MaxValue,
        { View: { } view } => Saturating.Multiply(view.Count, declared.ElementSize),
        _ => storages[declared.Key].ByteLength,
    };

    private static string Short(PickleGlobal scheme) => scheme.Name["torch.".Length..];

    /// <summary>The arrays are the pickle's own and never change; tensors of one shape share one.</summary>
    private static ImmutableArray<long> Shared(long[] values) => ImmutableCollectionsMarshal.AsImmutableArray(values);

    private static string Name(TensorPath path, int skip) => path.Depth <= skip ? "tensor" : path.ToName(skip);
}
