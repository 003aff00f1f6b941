using System.Buffers;
using ModelRegistry.Shared;

namespace ModelRegistry.Weights.Pickle;

internal ref partial struct PickleMachine
{
    private static readonly SearchValues<char> KeyCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");

    /// <summary>A storage: <c>('storage', type, key, device, count)</c>, in legacy files with a sixth item for a view.</summary>
    private void PersistentId()
    {
        var id = Pop();
        var storage = ParsePersistentId(id, out var why);
        if (storage is not null && _report.Storages.TryGetValue(storage.Key, out var known) && Saturating.Multiply(known.Count, known.ElementSize) != Saturating.Multiply(storage.Count, storage.ElementSize))
        {
            why = $"storage {Display.Quote(storage.Key)} is {known.Count} × {known.ElementSize} bytes in one place and {storage.Count} × {storage.ElementSize} in another";
            storage = null;
        }

        if (storage is null)
        {
            Violate(WeightsCodes.PersistentId, $"persistent id: {why}");
            PushNode(new PickleOpaque("persistent id"));
            return;
        }

        _report.Storages.TryAdd(storage.Key, storage);
        PushNode(storage);
    }

    private readonly PickleStorage? ParsePersistentId(object? id, out string why)
    {
        var rank = _options.Legacy ? 6 : 5;
        if (id is not PickleTuple { Items: var items } || items.Length != rank)
        {
            why = $"it is {Describe(id)}, not a tuple of {rank}";
            return null;
        }

        (why, var storage) = items switch
        {
            [not "storage", ..] => ($"it is of kind {Describe(items[0])}, not 'storage'", null),
            [_, not PickleGlobal { Role: PickleRole.Storage }, ..] => ($"{Describe(items[1])} is no storage type", null),
            [_, _, not string, ..] => ("the key is no text", null),
            [_, _, string key, ..] when key.Length == 0 || key.Length > 255 || key.AsSpan().ContainsAnyExcept(KeyCharacters) || key.Contains("..", StringComparison.Ordinal) || key is "." => ($"key {Display.Quote(key)} holds other characters than letters, digits, '_', '-' and single dots", null),
            [_, _, _, not string, ..] => ("the device is no text", null),
            [_, _, _, _, not long, ..] => ("the count is no integer", null),
            [_, _, _, _, long and < 0, ..] => ("the count is negative", null),
            [_, PickleGlobal type, string key, _, long count, ..] => ("", new PickleStorage { DType = type.DType!.Value, Key = key, Count = count, View = null, Position = _options.Base + _opcodeStart }),
            _ => ("it is malformed", (PickleStorage?)null),
        };
        if (storage is null || rank == 5 || items[5] is null)
        {
            return storage;
        }

        if (items[5] is PickleTuple { Items: [string viewKey, long offset and >= 0, long viewCount and >= 0] } && offset <= storage.Count && viewCount <= storage.Count - offset)
        {
            return new PickleStorage { DType = storage.DType, Key = storage.Key, Count = storage.Count, View = (viewKey, offset, viewCount), Position = storage.Position };
        }

        why = "the view leaves its storage";
        return null;
    }

    private object? Rebuild(string name, object?[] items) => (name, items) switch
    {
        ("torch._utils._rebuild_tensor", [PickleStorage storage, long offset, PickleTuple size, PickleTuple stride]) =>
            Tensor(storage, storage.DType, offset, size, stride),
        ("torch._utils._rebuild_tensor_v2", [PickleStorage storage, long offset, PickleTuple size, PickleTuple stride, bool, var hooks, .. var rest])
            when IsHooks(hooks) && rest is [] or [_] => Unlazy(rest, 0) ? Tensor(storage, storage.DType, offset, size, stride) : null,
        ("torch._utils._rebuild_tensor_v3", [PickleStorage storage, long offset, PickleTuple size, PickleTuple stride, bool, var hooks, PickleGlobal { DType: { } dtype, Role: PickleRole.Value }, .. var rest])
            when IsHooks(hooks) && rest is [] or [_] => Unlazy(rest, 0) ? Tensor(storage, dtype, offset, size, stride) : null,
        ("torch._utils._rebuild_qtensor", [PickleStorage storage, long offset, PickleTuple size, PickleTuple stride, PickleTuple quantizer, bool, var hooks])
            when IsHooks(hooks) && IsQuantizer(quantizer.Items) => Tensor(storage, storage.DType, offset, size, stride, quantizer.Items),
        ("torch._utils._rebuild_meta_tensor_no_storage", [PickleGlobal { DType: { } dtype, Role: PickleRole.Value }, PickleTuple size, PickleTuple stride, bool]) =>
            Tensor(null, dtype, 0, size, stride),
        ("torch._utils._rebuild_parameter", [PickleTensor data, bool, var hooks]) when IsHooks(hooks) => data.AsParameter(),
        ("torch._utils._rebuild_parameter_with_state", [PickleTensor data, bool, var hooks, _]) when IsHooks(hooks) => data.AsParameter(),
        ("torch._utils._rebuild_sparse_tensor", [PickleConstant { Kind: "torch.layout" } layout, PickleTuple data]) => Sparse(layout.Text, data.Items),
        // Before PyTorch 2 one layout had a function of its own.
        ("torch._utils._rebuild_sparse_csr_tensor", [PickleConstant { Kind: "torch.layout", Text: "torch.sparse_csr" } layout, PickleTuple data]) => Sparse(layout.Text, data.Items),
        ("torch._tensor._rebuild_from_type_v2", [PickleGlobal { Role: PickleRole.Rebuild, Name: not "torch._tensor._rebuild_from_type_v2" } function, PickleGlobal { Name: "torch.Tensor" or "torch.nn.parameter.Parameter" } type, PickleTuple arguments, _]) =>
            Rebuild(function.Name, arguments.Items) is var made && made is PickleTensor tensor && type.Name != "torch.Tensor" ? tensor.AsParameter() : made,
        _ => null,
    };

    private PickleTensor? Tensor(PickleStorage? storage, DType dtype, long offset, PickleTuple size, PickleTuple stride, object?[]? quantizer = null)
    {
        if (size.Integers is not { } shape || stride.Integers is not { } strides)
        {
            return null;
        }

        if (_report.Tensors.Count >= WeightsLimits.Tensors)
        {
            throw Fail(WeightsCodes.PickleLimit, $"there are more than {WeightsLimits.Tensors} tensors");
        }

        var tensor = new PickleTensor { Storage = storage, DType = dtype, Offset = offset, Shape = shape, Strides = strides, Quantizer = quantizer, Position = _options.Base + _opcodeStart };
        _report.Tensors.Add(tensor);
        return tensor;
    }

    private static PickleSparse? Sparse(string layout, object?[] data)
    {
        string[]? names = layout switch
        {
            "torch.sparse_coo" => ["indices", "values"],
            "torch.sparse_csr" or "torch.sparse_bsr" => ["crow_indices", "col_indices", "values"],
            "torch.sparse_csc" or "torch.sparse_bsc" => ["ccol_indices", "row_indices", "values"],
            _ => null,
        };
        if (names is null || data.Length <= names.Length || data[names.Length] is not PickleTuple { Integers: { } shape } || data.Length > names.Length + 2)
        {
            return null;
        }

        var parts = new (string, PickleTensor)[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            if (data[i] is not PickleTensor part)
            {
                return null;
            }

            parts[i] = (names[i], part);
        }

        return new PickleSparse(layout, parts, shape);
    }

    /// <summary>Hooks are never saved: what stands in their place is an empty OrderedDict, or None in old files.</summary>
    private static bool IsHooks(object? hooks) => hooks is null or PickleDict { Kind: PickleDictKind.Ordered, Items: [] };

    /// <summary>Metadata of PyTorch 2 may say that the bytes still are to be conjugated or negated: then they are not the values.</summary>
    private static bool Unlazy(object?[] rest, int at) => rest.Length <= at || rest[at] switch
    {
        null => true,
        PickleDict dict => dict.Items.All(i => i.Value is not true || i.Key is not ("conj" or "neg")),
        _ => false,
    };

    private static bool IsQuantizer(object?[] items) => items switch
    {
        [PickleGlobal { Name: "torch.per_tensor_affine" or "torch.per_tensor_symmetric" }, double, long] => true,
        [PickleGlobal { Name: "torch.per_channel_affine" or "torch.per_channel_symmetric" or "torch.per_channel_affine_float_qparams" }, PickleTensor, PickleTensor, long and >= 0 and < WeightsLimits.Rank] => true,
        _ => false,
    };
}
