using System.Globalization;
using System.Text;

namespace ModelRegistry.Weights.Pickle;

internal ref partial struct PickleMachine
{
    /// <summary>Values a copied item counts as: copies come cheap to the file and dear to the reader.</summary>
    private const int CopyCost = 8;

    private void Reduce()
    {
        var arguments = Pop();
        var function = Pop();
        if (function is PickleOpaque)
        {
            _report.CallsRefused = true;
            Push(function);
            return;
        }

        if (function is not PickleGlobal global || arguments is not PickleTuple { Items: var items })
        {
            Violate(WeightsCodes.PickleCall, $"REDUCE calls {Describe(function)} with {Describe(arguments)}");
            Push(new PickleOpaque("REDUCE"));
            return;
        }

        PushNode(Call(global, items));
    }

    private object? Call(PickleGlobal global, object?[] items)
    {
        var result = global.Role switch
        {
            PickleRole.Rebuild => Rebuild(global.Name, items),
            PickleRole.Call => CallValue(global.Name, items),
            PickleRole.ScriptClass => new PickleObject(global.Name) { State = new PickleTuple(items) },
            PickleRole.ScriptTag => ScriptTag(items),
            _ => null,
        };
        if (result is not null)
        {
            return result;
        }

        // Arguments skipped under tensors-only make the call's value one more that is skipped.
        if (!items.Any(i => i is PickleOpaque))
        {
            Violate(WeightsCodes.PickleCall, $"{Display.Quote(global.Name)} is not to be called like this (with {(items.Length == 0 ? "nothing" : string.Join(", ", items.Take(4).Select(Describe)))})");
        }

        return new PickleOpaque(global.Name);
    }

    private object? CallValue(string name, object?[] items) => (name, items) switch
    {
        ("collections.OrderedDict", []) => new PickleDict(PickleDictKind.Ordered),
        ("collections.OrderedDict", [PickleList pairs]) => FromPairs(pairs),
        ("collections.Counter", []) => new PickleDict(PickleDictKind.Counter),
        ("collections.Counter", [PickleDict counts]) => Copy(counts, PickleDictKind.Counter),
        ("collections.defaultdict", [] or [null] or [PickleGlobal { Role: PickleRole.Call }] or [PickleOpaque]) => new PickleDict(PickleDictKind.Default),
        ("torch.Size", [PickleTuple size]) when size.Integers is not null => size,
        ("torch.Size", [PickleList size]) when size.Items.Count <= WeightsLimits.Rank && size.Items.All(i => i is long) => new PickleTuple([.. size.Items]),
        ("torch.device", [string type]) => new PickleConstant("torch.device", type),
        ("torch.device", [string type, long index]) => new PickleConstant("torch.device", string.Create(CultureInfo.InvariantCulture, $"{type}:{index}")),
        ("torch.serialization._get_layout", [string layout]) => new PickleConstant("torch.layout", layout),
        ("_codecs.encode", [string text, "latin1"]) when text.All(c => c <= 0xff) => Latin1(text),
        ("builtins.bytearray", []) => Array.Empty<byte>(),
        ("builtins.bytearray", [byte[] bytes]) => bytes,
        ("builtins.bytearray", [string text, "latin-1" or "latin1"]) when text.All(c => c <= 0xff) => Latin1(text),
        ("builtins.set", []) => new PickleSet(),
        ("builtins.set", [PickleList list]) when list.Items.TrueForAll(PickleHash.IsHashable) => FromList(list),
        ("builtins.complex", [double re, double im]) => new PickleConstant("complex", string.Create(CultureInfo.InvariantCulture, $"({re:R}, {im:R})")),
        _ => null,
    };

    private PickleDict? FromPairs(PickleList pairs)
    {
        Charge(CopyCost * pairs.Items.Count);
        var dict = new PickleDict(PickleDictKind.Ordered);
        foreach (var pair in pairs.Items)
        {
            object?[]? two = pair switch
            {
                PickleList { Items: [var key, var value] } => [key, value],
                PickleTuple { Items: [var key, var value] } => [key, value],
                _ => null,
            };
            if (two is null)
            {
                return null;
            }

            AddPairs(dict, two);
        }

        return dict;
    }

    private PickleDict Copy(PickleDict source, PickleDictKind kind)
    {
        Charge(CopyCost * source.Items.Count);
        var dict = new PickleDict(kind);
        foreach (var (key, value) in source.Items)
        {
            dict.TryAdd(key, value);
        }

        return dict;
    }

    private PickleSet FromList(PickleList list)
    {
        Charge(CopyCost * list.Items.Count);
        var set = new PickleSet();
        set.Items.AddRange(list.Items);
        return set;
    }

    private byte[] Latin1(string text)
    {
        Charge(text.Length / 16);
        return Encoding.Latin1.GetBytes(text);
    }

    /// <summary>A typed list of TorchScript: the tag carries the type, the list is what matters.</summary>
    private static PickleNode? ScriptTag(object?[] items) => items is [PickleNode value, ..] ? value : null;

    private void NewObject()
    {
        var arguments = Pop();
        var type = Pop();
        switch (type, arguments)
        {
            case (PickleOpaque, _):
                _report.CallsRefused = true;
                Push(type);
                break;
            case (PickleGlobal { Name: "collections.OrderedDict" }, PickleTuple { Items: [] }):
                PushNode(new PickleDict(PickleDictKind.Ordered));
                break;
            case (PickleGlobal { Role: PickleRole.ScriptClass } script, PickleTuple tuple):
                PushNode(new PickleObject(script.Name) { State = tuple.Items.Length == 0 ? null : tuple });
                break;
            default:
                Violate(WeightsCodes.PickleCall, $"NEWOBJ of {Describe(type)}; only OrderedDict() is made like this");
                Push(new PickleOpaque("NEWOBJ"));
                break;
        }
    }

    private void BuildState()
    {
        var state = Pop();
        switch (Peek())
        {
            case PickleOpaque:
                _report.CallsRefused = true;
                break;
            case PickleObject instance:
                instance.State = state;
                break;
            case PickleDict { Kind: PickleDictKind.Ordered } when state is PickleDict { Items: [{ Key: "_metadata" }] }:
                break;
            default:
                Violate(WeightsCodes.PickleCall, $"BUILD on {Describe(Peek())}; only the _metadata of an OrderedDict is set like this");
                break;
        }
    }
}
