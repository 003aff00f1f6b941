namespace ModelRegistry.Weights.Writing;

/// <summary>Finds tensors that lie in the same bytes.</summary>
internal static class TensorOverlaps
{
    /// <summary>
    /// Tensors grouped by the storage they overlap others in; tensors that overlap none are not listed. Two views whose
    /// spans cross count as overlapping even where their strides interleave.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<NamedTensor>> Find(IEnumerable<NamedTensor> tensors) =>
        [.. tensors
            .Where(named => named.Tensor is { HasData: true, ElementCount: > 0 })
            .GroupBy(named => named.Tensor.StorageIdentity!)
            .SelectMany(InStorage)];

    private static List<IReadOnlyList<NamedTensor>> InStorage(IGrouping<object, NamedTensor> storage)
    {
        var groups = new List<IReadOnlyList<NamedTensor>>();
        var current = new List<NamedTensor>();
        Int128 end = 0;
        foreach (var named in storage.OrderBy(named => named.Tensor.ByteOffset))
        {
            if (named.Tensor.ByteOffset >= end)
                Close();
            current.Add(named);
            var last = EndOf(named.Tensor);
            end = last > end ? last : end;
        }
        Close();
        return groups;

        void Close()
        {
            if (current.Count > 1)
                groups.Add(current);
            current = [];
        }
    }

    private static Int128 EndOf(Tensor tensor)
    {
        Int128 last = tensor.StorageOffset + 1;
        for (var i = 0; i < tensor.Shape.Length; i++)
            last += (Int128)(tensor.Shape[i] - 1) * tensor.Strides[i];
        return (last * tensor.DType.BitsPerElement() + 7) / 8;
    }
}
