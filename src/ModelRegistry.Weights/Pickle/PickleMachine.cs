using System.Buffers.Binary;

namespace ModelRegistry.Weights.Pickle;

/// <summary>
/// A pickle interpreter that builds data and calls nothing: a stack, a memo, an allow-list.
/// Source: Lib/pickle.py and Lib/pickletools.py of CPython; torch/_weights_only_unpickler.py.
/// </summary>
internal ref partial struct PickleMachine
{
    private readonly ReadOnlySpan<byte> _data;
    private readonly PickleOptions _options;
    private readonly PickleReport _report;
    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<int, object?> _memo = new(SeededComparer.Instance);
    private int _position;
    private int _opcodeStart;
    private int _frameEnd = -1;
    private long _nodes;
    private bool _lenient;

    internal PickleMachine(ReadOnlySpan<byte> data, PickleOptions options, PickleReport report)
    {
        _data = data;
        _options = options;
        _report = report;
        _lenient = options.Lenient;
    }

    internal (object? Value, int Length) Run()
    {
        while (true)
        {
            _opcodeStart = _position;
            var opcode = (PickleOpcode)Byte();
            if (opcode == PickleOpcode.Stop)
            {
                return Stop();
            }

            Execute(opcode);
            if (_frameEnd >= 0 && _position >= _frameEnd)
            {
                if (_position > _frameEnd)
                {
                    Violate(WeightsCodes.PickleMalformed, "an opcode crosses the end of its frame");
                }

                _frameEnd = -1;
            }
        }
    }

    private (object? Value, int Length) Stop()
    {
        var value = Pop();
        if (_stack.Count > 0 || _marks.Count > 0)
        {
            Violate(WeightsCodes.PickleMalformed, $"STOP leaves {_stack.Count + _marks.Count} values on the stack");
        }

        if (_frameEnd >= 0 && _position < _frameEnd)
        {
            Violate(WeightsCodes.PickleMalformed, "STOP stands before the end of its frame");
        }

        return (value, _position);
    }

    private void Execute(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Proto: Protocol(); break;
            case PickleOpcode.Frame: Frame(); break;
            case PickleOpcode.Mark: Mark(); break;
            case PickleOpcode.Pop: PopOne(); break;
            case PickleOpcode.PopMark: PopToMark(); break;
            case PickleOpcode.Get: Push(Memo(UInt32Line())); break;
            case PickleOpcode.BinGet: Push(Memo(Byte())); break;
            case PickleOpcode.LongBinGet: Push(Memo(UInt32())); break;
            case PickleOpcode.Put: Memoize(UInt32Line()); break;
            case PickleOpcode.BinPut: Memoize(Byte()); break;
            case PickleOpcode.LongBinPut: Memoize(UInt32()); break;
            case PickleOpcode.Memoize: Memoize((uint)_memo.Count); break;
            case PickleOpcode.Global: Global(Line(), Line()); break;
            case PickleOpcode.StackGlobal: StackGlobal(); break;
            case PickleOpcode.Reduce: Reduce(); break;
            case PickleOpcode.NewObj: NewObject(); break;
            case PickleOpcode.Build: BuildState(); break;
            case PickleOpcode.BinPersId: PersistentId(); break;
            case PickleOpcode.EmptyTuple: Push(PickleTuple.Empty); break;
            case PickleOpcode.Tuple: PushNode(new PickleTuple(PopToMark())); break;
            case PickleOpcode.Tuple1: PushTuple(1); break;
            case PickleOpcode.Tuple2: PushTuple(2); break;
            case PickleOpcode.Tuple3: PushTuple(3); break;
            case PickleOpcode.EmptyList: PushNode(new PickleList()); break;
            case PickleOpcode.List: PushList(); break;
            case PickleOpcode.Append: Append(1); break;
            case PickleOpcode.Appends: Append(null); break;
            case PickleOpcode.EmptyDict: PushNode(new PickleDict(PickleDictKind.Plain)); break;
            case PickleOpcode.Dict: PushDict(); break;
            case PickleOpcode.SetItem: SetItems(2); break;
            case PickleOpcode.SetItems: SetItems(null); break;
            case PickleOpcode.EmptySet: PushNode(new PickleSet()); break;
            case PickleOpcode.AddItems: AddItems(); break;
            case PickleOpcode.FrozenSet: PushFrozenSet(); break;
            default: Literal(opcode); break;
        }
    }

    private void Protocol()
    {
        var version = Byte();
        if (version > 5)
        {
            Violate(WeightsCodes.PickleMalformed, $"protocol {version} is unknown");
        }
    }

    private void Frame()
    {
        var length = UInt64();
        if (_frameEnd >= 0)
        {
            Violate(WeightsCodes.PickleMalformed, "a frame starts within another");
        }

        if (length > (ulong)(_data.Length - _position))
        {
            Violate(WeightsCodes.PickleMalformed, $"a frame of {length} bytes does not fit the {_data.Length - _position} that follow");
        }
        else if (length > 0)
        {
            _frameEnd = _position + (int)length;
        }
    }

    private void Mark()
    {
        if (_marks.Count >= PickleLimits.Stack)
        {
            throw Fail(WeightsCodes.PickleLimit, $"there are more than {PickleLimits.Stack} marks on the stack");
        }

        _marks.Add(_stack.Count);
    }

    private void Push(object? value)
    {
        if (_stack.Count >= PickleLimits.Stack)
        {
            throw Fail(WeightsCodes.PickleLimit, $"there are more than {PickleLimits.Stack} values on the stack");
        }

        _stack.Add(value);
    }

    private void PushNode(object? value)
    {
        CountNode();
        Push(value);
    }

    private void CountNode() => Charge(1);

    /// <summary>Accounts for values that a call copies: a memo makes the call cheap to repeat.</summary>
    private void Charge(long nodes)
    {
        _nodes += nodes;
        if (_nodes > PickleLimits.Nodes)
        {
            throw Fail(WeightsCodes.PickleLimit, $"it builds more than {PickleLimits.Nodes} values");
        }
    }

    private object? Pop()
    {
        RequireAboveMark(1);
        var value = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private object? Peek(int depth = 0)
    {
        RequireAboveMark(depth + 1);
        return _stack[_stack.Count - 1 - depth];
    }

    private void RequireAboveMark(int count)
    {
        if (_stack.Count - (_marks.Count > 0 ? _marks[^1] : 0) < count)
        {
            throw Fail(WeightsCodes.PickleMalformed, "an opcode needs more values than the stack holds");
        }
    }

    private void PopOne()
    {
        // Python's pickler writes POP for recursive tuples; with nothing above a mark it takes the mark.
        if (_marks.Count > 0 && _marks[^1] == _stack.Count)
        {
            _marks.RemoveAt(_marks.Count - 1);
        }
        else
        {
            Pop();
        }
    }

    private object?[] PopToMark()
    {
        if (_marks.Count == 0)
        {
            throw Fail(WeightsCodes.PickleMalformed, "an opcode needs a mark, and there is none on the stack");
        }

        var start = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        var items = _stack.GetRange(start, _stack.Count - start).ToArray();
        _stack.RemoveRange(start, items.Length);
        return items;
    }

    private readonly object? Memo(uint index) =>
        _memo.TryGetValue((int)index, out var value) ? value : throw Fail(WeightsCodes.PickleMalformed, $"memo {index} is read before it is written");

    private void Memoize(uint index)
    {
        _memo[(int)index] = Peek();
        if (_memo.Count > PickleLimits.Nodes)
        {
            throw Fail(WeightsCodes.PickleLimit, $"the memo holds more than {PickleLimits.Nodes} values");
        }
    }

    private readonly string Where => $"{_options.Where} at byte {_options.Base + _opcodeStart}";

    /// <summary>A broken rule after which reading could go on: noted when lenient, else thrown.</summary>
    private readonly void Violate(string code, string what)
    {
        if (!_lenient)
        {
            throw Fail(code, what);
        }

        PickleReport.Add(_report.Violations, new WeightsFinding(code, what, Where));
    }

    private readonly WeightsFormatException Fail(string code, string what) => new(code, $"malformed or unsafe pickle: {what}", Where);

    private byte Byte() => Take(1)[0];

    private uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    private ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)(_data.Length - _position))
        {
            throw Fail(WeightsCodes.PickleMalformed, $"it ends within an opcode: {count} bytes declared, {_data.Length - _position} left");
        }

        var bytes = _data.Slice(_position, (int)count);
        _position += (int)count;
        return bytes;
    }
}
