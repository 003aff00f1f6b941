using System.Collections.Immutable;

namespace ModelRegistry.Weights;

/// <summary>A record <c>data/N</c>: the bytes of a storage.</summary>
/// <param name="Key">N.</param>
/// <param name="Content">A contiguous tensor over all of the storage, or the one tensor whose elements make it up.</param>
internal sealed record PyTorchRecord(string Key, Tensor Content);

/// <summary>A tensor of the state dict: a view of a record.</summary>
internal readonly record struct PyTorchView(string Name, PyTorchRecord Record, long Offset, ImmutableArray<long> Shape, ImmutableArray<long> Strides);
