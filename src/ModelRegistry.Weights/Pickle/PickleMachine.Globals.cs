namespace ModelRegistry.Weights.Pickle;

internal ref partial struct PickleMachine
{
    private void Global(string module, string name) => PushNode(Resolve(module, name));

    private void StackGlobal()
    {
        var name = Pop();
        var module = Pop();
        if (module is string moduleText && name is string nameText)
        {
            Global(moduleText, nameText);
        }
        else
        {
            PushNode(Refuse($"({Describe(module)}, {Describe(name)})", harmless: false, "a STACK_GLOBAL whose operands are not text: what it asks for cannot be known"));
        }
    }

    private object Resolve(string module, string name)
    {
        if (PickleGlobals.Find(module, name, _options.TorchScript) is { } allowed)
        {
            return allowed;
        }

        if (_options.MayBeText && !(IsDottedName(module) && IsDottedName(name)))
        {
            throw Fail(WeightsCodes.PickleMalformed, "a global has a name that nothing in Python can have");
        }

        var full = $"{module}.{name}";
        var harmless = PickleGlobals.IsHarmless(module, name);
        if (harmless && _options.TensorsOnly)
        {
            PickleReport.Add(_report.Skipped, new WeightsFinding(WeightsCodes.OpaqueSkipped, $"a value of {Display.Quote(full)} was skipped", Where));
            return new PickleOpaque(full);
        }

        return Refuse(full, harmless, harmless ? $"holds a value of {Display.Quote(full)}" : $"asks for {Display.Quote(full)}");
    }

    /// <summary>From here on the rest is read leniently: the point is to name all that the pickle asks for.</summary>
    private PickleOpaque Refuse(string full, bool harmless, string what)
    {
        _report.AddRefused(full, harmless, new WeightsFinding(harmless ? WeightsCodes.PlainValue : WeightsCodes.PickleGlobal, what, Where));
        _lenient = true;
        return new PickleOpaque(full);
    }

    /// <summary>Opcodes no pickler of weights writes. Each is refused; a lenient reading does to the stack what Python would.</summary>
    private void RefusedOpcode(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Inst:
                Refused("INST");
                var instance = Resolve(Line(), Line());
                PopToMark();
                _report.CallsRefused |= instance is PickleOpaque;
                PushNode(instance is PickleOpaque ? instance : new PickleOpaque("INST"));
                break;
            case PickleOpcode.Obj:
                Refused("OBJ");
                _report.CallsRefused |= PopToMark() is [PickleOpaque, ..];
                PushNode(new PickleOpaque("OBJ"));
                break;
            case PickleOpcode.NewObjEx:
                Refused("NEWOBJ_EX");
                _report.CallsRefused |= Peek(2) is PickleOpaque;
                _stack.RemoveRange(_stack.Count - 3, 3);
                PushNode(new PickleOpaque("NEWOBJ_EX"));
                break;
            case PickleOpcode.Ext1: Extension("EXT1", Byte()); break;
            case PickleOpcode.Ext2: Extension("EXT2", (uint)(Byte() | Byte() << 8)); break;
            case PickleOpcode.Ext4: Extension("EXT4", UInt32()); break;
            case PickleOpcode.PersId:
                Refused("PERSID");
                Line();
                PushNode(new PickleOpaque("PERSID"));
                break;
            case PickleOpcode.NextBuffer:
                Refused("NEXT_BUFFER");
                PushNode(new PickleOpaque("NEXT_BUFFER"));
                break;
            case PickleOpcode.ReadOnlyBuffer: Refused("READONLY_BUFFER"); break;
            case PickleOpcode.Dup:
                Refused("DUP");
                Push(Peek());
                break;
            default: throw Fail(WeightsCodes.PickleMalformed, $"opcode 0x{(byte)opcode:x2} is unknown");
        }
    }

    private static bool IsDottedName(string name) =>
        name.Split('.').All(part => part.Length > 0 && !char.IsDigit(part[0]) && part.All(c => char.IsLetterOrDigit(c) || c == '_'));

    private void Extension(string opcode, uint code)
    {
        Refused(opcode);
        PushNode(Refuse($"copyreg extension {code}", harmless: false, $"{opcode} asks for whatever extension {code} is on the machine that loads it"));
    }

    private readonly void Refused(string opcode) => Violate(WeightsCodes.PickleOpcode, $"opcode {opcode} is not allowed");
}
