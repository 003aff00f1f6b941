using System.Collections.Frozen;

namespace ModelRegistry.Weights.Writing;

/// <summary>How PyTorch pickles tensors of a type.</summary>
internal static class PyTorchTypes
{
    private static readonly FrozenDictionary<DType, string> Storages =
        TorchNames.Storages.ToFrozenDictionary(storage => storage.DType, storage => storage.Name);

    /// <summary>The class of a typed storage; null for types newer than those classes.</summary>
    public static string? StorageOf(DType dtype) => Storages.GetValueOrDefault(dtype);

    /// <summary>
    /// Whether PyTorch can hold the type: in a typed storage, or (from PyTorch 2.3 on) in an untyped one beside its dtype.
    /// Quantized tensors need scales and are another matter.
    /// </summary>
    public static bool Holds(DType dtype) => dtype switch
    {
        DType.QInt8 or DType.QUInt8 or DType.QInt32 or DType.QUInt4x2 or DType.QUInt2x4 => false,
        _ => Storages.ContainsKey(dtype) || TorchNames.DTypes.Any(known => known.DType == dtype),
    };
}
