using System.Collections.Immutable;

namespace ModelRegistry.Weights;

/// <summary>A tensor as a safetensors header states it; offsets count from the end of the header.</summary>
internal sealed record SafetensorsEntry(string Name, DType DType, ImmutableArray<long> Shape, long Start, long End);
