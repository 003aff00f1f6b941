namespace ModelRegistry.Weights.Pickle;

/// <summary>What a global may be used for.</summary>
internal enum PickleRole
{
    /// <summary>Names the element type of a storage, in a persistent id.</summary>
    Storage,

    /// <summary>Called to make a tensor.</summary>
    Rebuild,

    /// <summary>Called to make a value.</summary>
    Call,

    /// <summary>A value as it stands: a dtype, a quantization scheme, a type argument.</summary>
    Value,

    /// <summary>A class of a TorchScript archive.</summary>
    ScriptClass,

    /// <summary>A function of <c>torch.jit._pickle</c> that gives a list its type; TorchScript archives only.</summary>
    ScriptTag,
}

/// <summary>
/// The allow-list: what PyTorch's weights-only unpickler allows, narrowed. Matched ordinally on (module, name).
/// </summary>
internal static class PickleGlobals
{
    private static readonly Dictionary<string, PickleGlobal> Allowed = Build();

    /// <summary>
    /// Outside the list, yet found in real checkpoints and harmless to name: skipped under tensors-only, refused otherwise.
    /// </summary>
    private static readonly HashSet<string> Harmless = new(new (string Module, string Name)[]
    {
        ("numpy.core.multiarray", "scalar"), ("numpy.core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "scalar"), ("numpy._core.multiarray", "_reconstruct"),
        ("numpy", "dtype"), ("numpy", "ndarray"),
        ("argparse", "Namespace"), ("types", "SimpleNamespace"),
        ("collections", "deque"), ("datetime", "datetime"), ("datetime", "timedelta"), ("datetime", "date"), ("datetime", "time"), ("datetime", "timezone"),
        ("decimal", "Decimal"), ("uuid", "UUID"),
        ("pathlib", "PosixPath"), ("pathlib", "WindowsPath"), ("pathlib", "PurePosixPath"), ("pathlib", "PureWindowsPath"),
        ("builtins", "int"), ("builtins", "float"), ("builtins", "str"), ("builtins", "bool"), ("builtins", "list"),
        ("builtins", "dict"), ("builtins", "tuple"), ("builtins", "bytes"), ("builtins", "slice"), ("builtins", "range"), ("builtins", "frozenset"),
        ("__builtin__", "int"), ("__builtin__", "long"), ("__builtin__", "float"), ("__builtin__", "str"), ("__builtin__", "unicode"), ("__builtin__", "bool"),
        ("torchvision.transforms.functional", "InterpolationMode"), ("transformers.trainer_utils", "IntervalStrategy"), ("transformers.trainer_utils", "SchedulerType"),
        ("transformers.trainer_utils", "HubStrategy"), ("transformers.trainer_utils", "SaveStrategy"), ("transformers.training_args", "OptimizerNames"), ("accelerate.utils.dataclasses", "DistributedType"),
        ("__builtin__", "list"), ("__builtin__", "dict"), ("__builtin__", "tuple"), ("__builtin__", "slice"), ("__builtin__", "xrange"), ("__builtin__", "frozenset"),
    }.Select(g => Key(g.Module, g.Name)), StringComparer.Ordinal);

    private static readonly HashSet<string> ScriptTags = new(StringComparer.Ordinal)
    {
        "build_intlist", "build_tensorlist", "build_doublelist", "build_boollist", "build_tensor_from_id", "restore_type_tag",
    };

    /// <summary>The global when it may be asked for, else null.</summary>
    internal static PickleGlobal? Find(string module, string name, bool torchScript)
    {
        if (Allowed.TryGetValue(Key(module, name), out var global))
        {
            return global;
        }

        if (!torchScript)
        {
            return null;
        }

        // Classes of the archive's own code; no Python module has this name.
        if ((module == "__torch__" || module.StartsWith("__torch__.", StringComparison.Ordinal)) && name.Length > 0 && !name.Contains('.') && ScriptOperators.AllowsClass($"{module}.{name}"))
        {
            return new PickleGlobal($"{module}.{name}", PickleRole.ScriptClass, null);
        }

        return module == "torch.jit._pickle" && ScriptTags.Contains(name) ? new PickleGlobal(name, PickleRole.ScriptTag, null) : null;
    }

    internal static bool IsHarmless(string module, string name) =>
        Harmless.Contains(Key(module, name)) || (module == "numpy.dtypes" && name.EndsWith("DType", StringComparison.Ordinal) && !name.Contains('.'));

    /// <summary>No name on the list holds a line feed, so that one key stands for one pair.</summary>
    private static string Key(string module, string name) => $"{module}\n{name}";

    private static Dictionary<string, PickleGlobal> Build()
    {
        var list = new Dictionary<string, PickleGlobal>(StringComparer.Ordinal);
        void Add(string module, string name, PickleRole role, DType? dtype = null) =>
            list.Add(Key(module, name), new PickleGlobal($"{(module == "__builtin__" ? "builtins" : module)}.{name}", role, dtype));

        foreach (var (name, dtype) in TorchNames.Storages)
        {
            Add("torch", name, PickleRole.Storage, dtype);
        }

        Add("torch.storage", "UntypedStorage", PickleRole.Storage, DType.UInt8);
        Add("torch.storage", "TypedStorage", PickleRole.Storage, DType.UInt8);
        foreach (var name in (string[])["_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3", "_rebuild_parameter", "_rebuild_parameter_with_state", "_rebuild_qtensor", "_rebuild_sparse_tensor", "_rebuild_sparse_csr_tensor", "_rebuild_meta_tensor_no_storage"])
        {
            Add("torch._utils", name, PickleRole.Rebuild);
        }

        Add("torch._tensor", "_rebuild_from_type_v2", PickleRole.Rebuild);
        Add("torch", "Size", PickleRole.Call);
        Add("torch", "device", PickleRole.Call);
        Add("torch.serialization", "_get_layout", PickleRole.Call);
        Add("torch", "Tensor", PickleRole.Value);
        Add("torch.nn.parameter", "Parameter", PickleRole.Value);
        Add("collections", "OrderedDict", PickleRole.Call);
        Add("collections", "Counter", PickleRole.Call);
        Add("collections", "defaultdict", PickleRole.Call);
        Add("_codecs", "encode", PickleRole.Call);
        foreach (var name in (string[])["bytearray", "set", "complex"])
        {
            Add("builtins", name, PickleRole.Call);
            Add("__builtin__", name, PickleRole.Call);
        }

        foreach (var (name, dtype) in TorchNames.DTypes)
        {
            Add("torch", name, PickleRole.Value, dtype);
        }

        foreach (var name in TorchNames.QuantizationSchemes)
        {
            Add("torch", name, PickleRole.Value);
        }

        return list;
    }
}
