namespace ModelRegistry.Weights.Pickle;

internal ref partial struct PickleMachine
{
    private void PushTuple(int count)
    {
        RequireAboveMark(count);
        var items = _stack.GetRange(_stack.Count - count, count).ToArray();
        _stack.RemoveRange(_stack.Count - count, count);
        PushNode(new PickleTuple(items));
    }

    private void PushList()
    {
        var list = new PickleList();
        list.Items.AddRange(PopToMark());
        PushNode(list);
    }

    private void PushDict()
    {
        var dict = new PickleDict(PickleDictKind.Plain);
        AddPairs(dict, PopToMark());
        PushNode(dict);
    }

    private void PushFrozenSet()
    {
        var set = new PickleSet { IsFrozen = true };
        AddTo(set, PopToMark());
        PushNode(set);
    }

    private void Append(int? count)
    {
        var items = count is null ? PopToMark() : [Pop()];
        switch (Peek())
        {
            case PickleList list: list.Items.AddRange(items); break;
            case PickleOpaque: break;
            default: Violate(WeightsCodes.PickleCall, $"APPEND on {Describe(Peek())}; only lists take it"); break;
        }
    }

    private void AddItems()
    {
        var items = PopToMark();
        switch (Peek())
        {
            case PickleSet set: AddTo(set, items); break;
            case PickleOpaque: break;
            default: Violate(WeightsCodes.PickleCall, $"ADDITEMS on {Describe(Peek())}; only sets take it"); break;
        }
    }

    private void SetItems(int? count)
    {
        object?[] items;
        if (count is null)
        {
            items = PopToMark();
        }
        else
        {
            var value = Pop();
            items = [Pop(), value];
        }

        switch (Peek())
        {
            case PickleDict dict: AddPairs(dict, items); break;
            case PickleOpaque: break;
            default: Violate(WeightsCodes.PickleCall, $"SETITEM on {Describe(Peek())}; only dictionaries take it"); break;
        }
    }

    private readonly void AddTo(PickleSet set, object?[] items)
    {
        if (Array.Find(items, i => !PickleHash.IsHashable(i)) is { } wrong)
        {
            Violate(WeightsCodes.PickleCall, $"{Describe(wrong)} is no item of a set");
        }

        set.Items.AddRange(items);
    }

    private readonly void AddPairs(PickleDict dict, ReadOnlySpan<object?> items)
    {
        if (items.Length % 2 != 0)
        {
            throw Fail(WeightsCodes.PickleMalformed, "a dictionary has a key without a value");
        }

        for (var i = 0; i < items.Length; i += 2)
        {
            if (!PickleHash.IsHashable(items[i]))
            {
                Violate(WeightsCodes.PickleCall, $"{Describe(items[i])} is no key of a dictionary");
            }

            if (!dict.TryAdd(items[i], items[i + 1]))
            {
                Violate(WeightsCodes.PickleCall, $"key {Describe(items[i])} is there twice");
            }
        }
    }

    /// <summary>For messages: what a value is, never more than a line.</summary>
    private static string Describe(object? value) => value switch
    {
        null => "None",
        bool or long or double or System.Numerics.BigInteger => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{value}") is { Length: <= 40 } text ? text : "a number",
        string text => Display.Quote(text),
        byte[] => "bytes",
        PickleTuple => "a tuple",
        PickleList => "a list",
        PickleSet => "a set",
        PickleDict => "a dictionary",
        PickleStorage => "a storage",
        PickleTensor or PickleSparse => "a tensor",
        PickleGlobal global => Display.Quote(global.Name),
        PickleObject instance => $"an instance of {Display.Quote(instance.TypeName)}",
        PickleOpaque opaque => Display.Quote(opaque.What),
        PickleConstant constant => Display.Quote(constant.Text),
        _ => "a value",
    };
}
