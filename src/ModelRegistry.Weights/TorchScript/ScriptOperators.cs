using System.Collections.Frozen;

namespace ModelRegistry.Weights.TorchScript;

/// <summary>
/// What code in a TorchScript archive may call. Arithmetic, shapes, networks, control and text; nothing that takes a file's name, shares
/// memory by name, prints, loads libraries or other archives, or comes from somebody's own namespace.
/// </summary>
internal static class ScriptOperators
{
    /// <summary>What operators that are not on the list do, for messages; of others only that they are unknown is said.</summary>
    private static readonly FrozenDictionary<string, string> Refused = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["save"] = "writes a file",
        ["from_file"] = "reads or writes a file",
        ["load"] = "loads another file",
        ["load_library"] = "loads a library",
        ["load_url"] = "loads from an address",
        ["write_file"] = "writes a file",
        ["read_file"] = "reads a file",
        ["open"] = "opens a file",
        ["share_memory_"] = "shares memory by name",
        ["print"] = "prints",
        ["Print"] = "prints",
        ["PythonOp"] = "calls Python",
        ["IgnoredPythonOp"] = "calls Python",
        ["rpc_async"] = "talks to another machine",
        ["rpc_sync"] = "talks to another machine",
        ["rpc_remote"] = "talks to another machine",
        ["_C"] = "reaches into PyTorch itself",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Functions without a namespace: the compiler's own. Source: torch/csrc/jit/frontend/ir_emitter.cpp, serialization/import_source.cpp.</summary>
    private static readonly FrozenSet<string> Builtins = new[]
    {
        "tuple", "float", "int", "complex", "bool", "str", "getattr", "hasattr", "isinstance", "_to_tensor", "len", "hex", "oct", "round", "hash", "id",
        "min", "max", "abs", "all", "any", "divmod", "sum", "list", "dict", "ord", "chr", "bin", "pow", "range", "zip", "enumerate", "rangelist", "sorted",
        "slice", "reversed", "set", "annotate", "unchecked_cast", "uninitialized", "fork", "awaitable", "AssertionError", "Exception", "Tensor", "super",
        "ValueError", "RuntimeError", "NotImplementedError", "IndexError", "KeyError", "TypeError",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>C++ classes whose objects hold packed weights and nothing else.</summary>
    private static readonly string[] ClassNamespaces = ["quantized", "xnnpack", "sparse", "rnn", "mkldnn"];

    /// <summary>What those objects tell of their weights. Source: register_conv_params, aten/src/ATen/native/quantized/cpu/fbgemm_utils.cpp.</summary>
    private static readonly FrozenSet<string> PackedMethods = new[] { "unpack", "weight", "bias", "stride", "padding", "output_padding", "dilation", "groups", "transpose" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Operators on files that values have as methods: refused where they are only named, since a bound method can be called under another name.</summary>
    private static readonly FrozenSet<string> Methods = new[] { "save", "from_file", "share_memory_", "load_library" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly Lazy<FrozenSet<string>> Allowed = new(Read);

    /// <summary>Methods of tensors, texts, lists and dictionaries are operators too.</summary>
    internal static bool AllowsMethod(string name) => Allows("aten", name) || Allows("prim", name) || PackedMethods.Contains(name);

    internal static bool Allows(string space, string name) => Allowed.Value.Contains($"{space}::{name}");

    /// <summary>Whether a value's attribute of this name is refused even where nothing calls it.</summary>
    internal static bool RefusesMethod(string name) => Methods.Contains(name);

    internal static bool IsBuiltin(string name) => Builtins.Contains(name);

    /// <summary>What an operator of this name does that weights need not; null for one that is only unknown.</summary>
    internal static string? ReasonAgainst(string name) => Refused.GetValueOrDefault(name);

    /// <summary>Whether a class name in <c>__torch__</c> is the archive's own, or one of PyTorch's that hold packed weights.</summary>
    internal static bool AllowsClass(ReadOnlySpan<char> qualified)
    {
        const string Bound = "__torch__.torch.classes.";
        if (!qualified.StartsWith(Bound, StringComparison.Ordinal))
        {
            return !qualified.SequenceEqual("__torch__.torch.classes");
        }

        var rest = qualified[Bound.Length..];
        var dot = rest.IndexOf('.');
        return ClassNamespaces.Contains((dot < 0 ? rest : rest[..dot]).ToString(), StringComparer.Ordinal);
    }

    private static FrozenSet<string> Read()
    {
        using var stream = typeof(ScriptOperators).Assembly.GetManifestResourceStream("operators.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && line[0] != '#').ToFrozenSet(StringComparer.Ordinal);
    }
}
