using System.Buffers.Binary;
using System.Text;

namespace ModelRegistry.Weights.Scanning;

/// <summary>
/// Goes over opcodes without running them, for pickles that the machine refuses half-way. Knows lengths, nothing else.
/// </summary>
internal static class OpcodeSweep
{
    private const int MaxFindings = 1000;

    /// <summary>Packages that attacks begin with. In bytes that need not be a pickle, only their names tell a global from two lines of text.</summary>
    private static readonly HashSet<string> KnownPackages = new(StringComparer.Ordinal)
    {
        "builtins", "__builtin__", "os", "posix", "nt", "sys", "subprocess", "commands", "popen2", "pty", "shutil", "socket", "signal", "platform",
        "runpy", "importlib", "imp", "pkgutil", "zipimport", "site", "pickle", "_pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve",
        "ctypes", "_ctypes", "cffi", "code", "codeop", "timeit", "pdb", "bdb", "cProfile", "profile", "trace", "doctest", "unittest", "test", "idlelib", "lib2to3",
        "pip", "ensurepip", "venv", "distutils", "setuptools", "numpy", "torch", "operator", "functools", "types", "copyreg", "copy_reg", "inspect", "gc",
        "webbrowser", "urllib", "urllib2", "http", "httplib", "ftplib", "smtplib", "telnetlib", "requests", "aiohttp", "asyncio", "multiprocessing",
        "threading", "_thread", "concurrent", "logging", "tempfile", "pathlib", "io", "_io", "base64", "codecs", "_codecs", "getattr", "__main__",
    };

    /// <summary>
    /// Globals again, for bytes without a protocol byte, which may be a text: only what begins with a known package, and only where a call follows.
    /// </summary>
    internal static List<WeightsFinding> Calls(ReadOnlySpan<byte> data, PickleOptions options)
    {
        var findings = Globals(data, options, known: true, out var called);
        return called ? findings : [];
    }

    /// <summary>Globals outside the list, up to the first byte that is no opcode or the end; over several pickles in a row.</summary>
    internal static List<WeightsFinding> Globals(ReadOnlySpan<byte> data, PickleOptions options) => Globals(data, options, known: false, out _);

    private static List<WeightsFinding> Globals(ReadOnlySpan<byte> data, PickleOptions options, bool known, out bool called)
    {
        called = false;
        var findings = new List<WeightsFinding>();
        string? module = null, name = null;
        for (var position = 0; position < data.Length && findings.Count < MaxFindings;)
        {
            var start = position;
            var opcode = (PickleOpcode)data[position++];
            if (OperandLength(opcode, data[position..]) is not { } length || length > data.Length - position)
            {
                break;
            }

            var operand = data.Slice(position, (int)length);
            position += (int)length;
            if (TextOf(opcode, operand) is { } text)
            {
                (module, name) = (name, text);
                continue;
            }

            switch (opcode)
            {
                case PickleOpcode.Memoize or PickleOpcode.BinPut or PickleOpcode.LongBinPut or PickleOpcode.Put or PickleOpcode.Frame:
                    continue;
                case PickleOpcode.Global or PickleOpcode.Inst:
                    var lines = Text(operand).Split('\n');
                    Note(findings, lines[0], lines.Length > 1 ? lines[1] : "", options, start, known);
                    called |= opcode == PickleOpcode.Inst && findings.Count > 0;
                    break;
                case PickleOpcode.StackGlobal:
                    Note(findings, module, name, options, start, known);
                    break;
                case PickleOpcode.Ext1 or PickleOpcode.Ext2 or PickleOpcode.Ext4:
                    Note(findings, null, null, options, start, known);
                    break;
                case PickleOpcode.Reduce or PickleOpcode.Build or PickleOpcode.Obj or PickleOpcode.NewObj or PickleOpcode.NewObjEx:
                    called |= findings.Count > 0;
                    break;
            }

            (module, name) = (null, null);
        }

        return findings;
    }

    private static void Note(List<WeightsFinding> findings, string? module, string? name, PickleOptions options, int at, bool known)
    {
        var where = $"{options.Where} at byte {options.Base + at}";
        if (known && (module is null || !KnownPackages.Contains(module.Split('.')[0])))
        {
            return;
        }

        if (module is null || name is null)
        {
            findings.Add(new WeightsFinding(WeightsCodes.PickleGlobal, "asks for a global whose name cannot be known", where));
        }
        else if (PickleGlobals.Find(module, name, options.TorchScript) is null)
        {
            var harmless = PickleGlobals.IsHarmless(module, name);
            findings.Add(new WeightsFinding(harmless ? WeightsCodes.PlainValue : WeightsCodes.PickleGlobal, $"{(harmless ? "holds a value of" : "asks for")} {Display.Quote($"{module}.{name}")}", where));
        }
    }

    private static string? TextOf(PickleOpcode opcode, ReadOnlySpan<byte> operand) => opcode switch
    {
        PickleOpcode.ShortBinUnicode or PickleOpcode.ShortBinString => Text(operand[1..]),
        PickleOpcode.BinUnicode or PickleOpcode.BinString => Text(operand[4..]),
        PickleOpcode.BinUnicode8 => Text(operand[8..]),
        PickleOpcode.Unicode => PythonText.RawUnicodeUnescape(operand[..^1]),
        PickleOpcode.String => Text(PythonText.Unescape(operand.Trim("\n'\""u8))),
        _ => null,
    };

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, PickleLimits.Line)]);

    /// <summary>Bytes after the opcode, null when it is none or its length cannot be read.</summary>
    private static long? OperandLength(PickleOpcode opcode, ReadOnlySpan<byte> rest)
    {
        switch (opcode)
        {
            case PickleOpcode.Proto or PickleOpcode.BinInt1 or PickleOpcode.BinGet or PickleOpcode.BinPut or PickleOpcode.Ext1:
                return 1;
            case PickleOpcode.BinInt2 or PickleOpcode.Ext2:
                return 2;
            case PickleOpcode.BinInt or PickleOpcode.LongBinGet or PickleOpcode.LongBinPut or PickleOpcode.Ext4:
                return 4;
            case PickleOpcode.BinFloat or PickleOpcode.Frame:
                return 8;
            case PickleOpcode.Long1 or PickleOpcode.ShortBinString or PickleOpcode.ShortBinBytes or PickleOpcode.ShortBinUnicode:
                return rest.Length < 1 ? null : 1 + rest[0];
            case PickleOpcode.Long4 or PickleOpcode.BinString or PickleOpcode.BinUnicode or PickleOpcode.BinBytes:
                return rest.Length < 4 ? null : 4 + (long)BinaryPrimitives.ReadUInt32LittleEndian(rest);
            case PickleOpcode.BinUnicode8 or PickleOpcode.BinBytes8 or PickleOpcode.ByteArray8:
                return rest.Length < 8 || BinaryPrimitives.ReadUInt64LittleEndian(rest) is var wide && wide > int.MaxValue ? null : 8 + (long)wide;
            case PickleOpcode.Float or PickleOpcode.Int or PickleOpcode.Long or PickleOpcode.PersId or PickleOpcode.String
                or PickleOpcode.Unicode or PickleOpcode.Get or PickleOpcode.Put:
                return Lines(rest, 1);
            case PickleOpcode.Global or PickleOpcode.Inst:
                return Lines(rest, 2);
            default:
                return Enum.IsDefined(opcode) ? 0 : null;
        }
    }

    private static long? Lines(ReadOnlySpan<byte> rest, int count)
    {
        var length = 0;
        for (var i = 0; i < count; i++)
        {
            var newline = rest[length..].IndexOf((byte)'\n');
            if (newline < 0)
            {
                return null;
            }

            length += newline + 1;
        }

        return length;
    }
}
