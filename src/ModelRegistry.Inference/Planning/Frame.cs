using ModelRegistry.Inference.Kernels.Memory;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Planning;

/// <summary>One run: where each value lies, and the threads.</summary>
internal sealed class Frame
{
    private readonly Slot[] _slots;
    private readonly AlignedBuffer _arena;
    private readonly IReadOnlyList<TensorValue> _inputs;

    internal Frame(Slot[] slots, AlignedBuffer arena, IReadOnlyList<TensorValue> inputs, WorkSplitter workers)
    {
        (_slots, _arena, _inputs) = (slots, arena, inputs);
        Workers = workers;
    }

    internal WorkSplitter Workers { get; }

    internal ReadOnlySpan<float> Read(int value)
    {
        var slot = _slots[value];
        return slot.Place switch
        {
            Place.Input => _inputs[slot.Offset].Values.Span,
            Place.Constant => slot.Constant,
            _ => _arena.Span.Slice(slot.Offset, slot.Length),
        };
    }

    /// <summary>Whether a part of a concatenation was computed where it belongs.</summary>
    internal bool IsInPlace(int part, int whole, int offset) =>
        _slots[part].Place == Place.Arena && _slots[part].Offset == _slots[whole].Offset + offset;

    internal Span<float> Write(int value) => _arena.Span.Slice(_slots[value].Offset, _slots[value].Length);
}

internal enum Place
{
    Arena,
    Input,
    Constant,
}

/// <summary>Where a value lies: a range of the arena, an input by number, or a tensor of the state dict.</summary>
internal readonly record struct Slot(Place Place, int Offset, int Length, float[]? Constant = null);
