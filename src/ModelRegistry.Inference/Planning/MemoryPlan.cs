namespace ModelRegistry.Inference.Planning;

/// <summary>Decides where each value lies: which share memory, for how long, and at which offset.</summary>
internal sealed class MemoryPlan
{
    private readonly IReadOnlyList<Step> _steps;
    private readonly long[] _lengths;
    private readonly int[] _base;
    private readonly int[] _lastRead;
    private readonly Storage?[] _storages;

    private MemoryPlan(IReadOnlyList<Step> steps, long[] lengths, int[] viewOf, IEnumerable<int> outputs)
    {
        (_steps, _lengths, _base) = (steps, lengths, viewOf);
        _storages = new Storage?[lengths.Length];
        _lastRead = new int[lengths.Length];
        for (var step = 0; step < steps.Count; step++)
        {
            foreach (var value in steps[step].Reads)
                _lastRead[_base[value]] = step;
        }

        foreach (var value in outputs)
            _lastRead[_base[value]] = int.MaxValue;
    }

    /// <param name="steps">In order of execution.</param>
    /// <param name="lengths">Elements of each value.</param>
    /// <param name="viewOf">For each value the one whose memory it is seen in: itself unless it is a view.</param>
    /// <param name="places">Values that lie outside the arena: inputs and constants.</param>
    /// <param name="outputs">Values that must survive to the end.</param>
    internal static (Slot[] Slots, long Length) Create(
        IReadOnlyList<Step> steps, long[] lengths, int[] viewOf, IReadOnlyDictionary<int, Slot> places, IEnumerable<int> outputs)
    {
        var plan = new MemoryPlan(steps, lengths, viewOf, outputs);
        for (var step = 0; step < steps.Count; step++)
            plan.Place(step);
        var length = Arena.Assign(plan._storages.OfType<Storage>().Distinct().Where(storage => storage.Whole is null));
        return (length > int.MaxValue ? [] : plan.Slots(places), length);
    }

    private void Place(int index)
    {
        var step = _steps[index];
        foreach (var scratch in step.Scratch)
            _storages[scratch] = new Storage(_lengths[scratch], index, index);
        var last = Math.Max(index, _lastRead[step.Writes]);
        if (step.Overwritable is { } value && CanOverwrite(_base[value], step, index) is { } reused)
        {
            reused.Last = last;
            _storages[step.Writes] = reused;
            return;
        }

        var storage = new Storage(_lengths[step.Writes], index, last);
        _storages[step.Writes] = storage;
        Join(step, storage);
    }

    private Storage? CanOverwrite(int value, Step step, int index) =>
        _storages[value] is { IsShared: false } storage
        && storage.Last <= index
        && _lengths[value] == _lengths[step.Writes]
        && storage.Length == _lengths[step.Writes]
        && step.Reads.Count(read => _base[read] == value) == 1
            ? storage
            : null;

    private void Join(Step step, Storage whole)
    {
        var offset = 0L;
        foreach (var part in step.Joins)
        {
            var value = _base[part];
            if (_storages[value] is { Whole: null } storage && storage != whole && storage.Length == _lengths[value])
                storage.PlaceIn(whole, offset);
            offset += _lengths[part];
        }
    }

    private Slot[] Slots(IReadOnlyDictionary<int, Slot> places)
    {
        var slots = new Slot[_lengths.Length];
        for (var value = 0; value < slots.Length; value++)
        {
            var root = _base[value];
            if (places.TryGetValue(root, out var place))
                slots[value] = place;
            else if (_storages[root] is { } storage)
                slots[value] = new Slot(Planning.Place.Arena, (int)storage.ResolvedOffset(), (int)_lengths[value]);
        }

        return slots;
    }
}
