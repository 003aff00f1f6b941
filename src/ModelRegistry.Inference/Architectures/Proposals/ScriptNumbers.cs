using System.Globalization;

namespace ModelRegistry.Inference.Architectures.Proposals;

/// <summary>Arithmetic and comparisons of the code on numbers and sizes, done for both example inputs at once.</summary>
internal static class ScriptNumbers
{
    /// <summary>A fixed number where both are equal.</summary>
    internal static object Pair(long small, long large) => small == large ? small : new ScriptSize(small, large);

    internal static (long Small, long Large) PairOf(object? value) => value switch
    {
        long number => (number, number),
        ScriptSize size => (size.Small, size.Large),
        double number => ((long)number, (long)number),
        _ => throw ScriptProgram.Lost("a whole number is wanted"),
    };

    internal static IReadOnlyList<(long Small, long Large)> Pairs(object? value) => value is List<object?> items ? [.. items.Select(PairOf)] : [PairOf(value)];

    /// <summary>Does what needs no tensor.</summary>
    /// <returns>False where the operator is one on tensors.</returns>
    internal static bool Call(string name, List<object?> arguments, out object? result)
    {
        result = null;
        switch (name)
        {
            case "ops.prim.NumToTensor" or "int" or "ops.prim.Int" when arguments is [long or ScriptSize or double or bool]:
                result = arguments[0] switch { double number => (long)number, bool flag => flag ? 1L : 0L, var other => other };
                return true;
            case "float" or "ops.prim.Float" when arguments is [long or double]:
                result = Convert.ToDouble(arguments[0], CultureInfo.InvariantCulture);
                return true;
            case "bool" or "ops.prim.Bool" or "torch.Bool" when arguments is [bool or long]:
                result = arguments[0] is true or (long and not 0);
                return true;
            case "len" when arguments is [List<object?> list]:
                result = (long)list.Count;
                return true;
            case "range" when arguments.Count > 0 && arguments.TrueForAll(a => a is long):
                var (from, to, step) = arguments.Count == 1 ? (0L, (long)arguments[0]!, 1L) : ((long)arguments[0]!, (long)arguments[1]!, arguments.Count > 2 ? (long)arguments[2]! : 1L);
                if (step <= 0 || (to > from && (ulong)(to - from) / (ulong)step > 10_000)) throw ScriptProgram.Lost("a loop runs too often");
                var numbers = new List<object?>();
                for (var i = (Int128)from; i < to; i += step) numbers.Add((long)i);
                result = numbers;
                return true;
            case "__is__" or "__isnot__":
                result = (arguments[0] is null && arguments[1] is null || arguments[0] is not null && Equals(arguments[0], arguments[1])) == (name == "__is__");
                return true;
            case "__not__" when arguments is [bool flag]:
                result = !flag;
                return true;
            case "__and__" or "__or__" when arguments is [bool one, bool other]:
                result = name == "__and__" ? one && other : one || other;
                return true;
            case "format" or "warn":
                result = "";
                return true;
            case "ops.prim.RaiseException":
                throw ScriptProgram.Lost("it refuses its input");
            case "eq" or "ne" when arguments is [string or null or bool, string or null or bool]:
                result = Equals(arguments[0], arguments[1]) == (name == "eq");
                return true;
            case "eq" or "ne" when arguments is [List<object?> first, List<object?> second]:
                result = first.SequenceEqual(second) == (name == "eq");
                return true;
            case "neg" when arguments is [long or double or ScriptSize]:
                return Call("mul", [arguments[0], -1L], out result);
            case "mul" when arguments is [List<object?> repeated, long times and >= 0 and < 10_000] && times * repeated.Count < 10_000:
                result = Enumerable.Repeat(repeated, (int)times).SelectMany(list => list).ToList();
                return true;
        }

        if (arguments is not [long or double or ScriptSize, long or double or ScriptSize, ..]) return false;
        if (arguments[0] is double || arguments[1] is double || (name is "div" or "true_divide"))
        {
            if (arguments[0] is ScriptSize || arguments[1] is ScriptSize)
            {
                if (name != "div") return false;
                var (over, under) = (PairOf(arguments[0]), PairOf(arguments[1]));
                if (under.Small == 0 || under.Large == 0 || over.Small % under.Small != 0 || over.Large % under.Large != 0) return false;
                result = Pair(over.Small / under.Small, over.Large / under.Large);
                return true;
            }

            var (x, y) = (Convert.ToDouble(arguments[0], CultureInfo.InvariantCulture), Convert.ToDouble(arguments[1], CultureInfo.InvariantCulture));
            result = name switch { "add" => x + y, "sub" => x - y, "mul" => x * y, "div" or "true_divide" => x / y, "pow" => Math.Pow(x, y), "floordiv" or "floor_divide" => Math.Floor(x / y), "eq" => x == y, "ne" => x != y, "lt" => x < y, "gt" => x > y, "le" => x <= y, "ge" => x >= y, _ => null };
            return result is not null;
        }

        var (a, b) = (PairOf(arguments[0]), PairOf(arguments[1]));
        Func<long, long, long>? whole = name switch
        {
            "add" => (x, y) => x + y,
            "sub" => (x, y) => x - y,
            "mul" => (x, y) => x * y,
            "floordiv" or "floor_divide" => (x, y) => y == 0 ? throw ScriptProgram.Lost("it divides by zero") : (long)Math.Floor((double)x / y),
            "remainder" => (x, y) => y == 0 ? throw ScriptProgram.Lost("it divides by zero") : ((x % y) + y) % y,
            "min" or "ops.prim.min" => Math.Min,
            "max" or "ops.prim.max" => Math.Max,
            _ => null,
        };
        if (whole is not null)
        {
            result = Pair(whole(a.Small, b.Small), whole(a.Large, b.Large));
            return true;
        }

        Func<long, long, bool>? holds = name switch { "eq" => (x, y) => x == y, "ne" => (x, y) => x != y, "lt" => (x, y) => x < y, "gt" => (x, y) => x > y, "le" => (x, y) => x <= y, "ge" => (x, y) => x >= y, _ => null };
        if (holds is null) return false;
        var answer = holds(a.Small, b.Small);
        if (answer != holds(a.Large, b.Large)) throw ScriptProgram.Lost("a condition depends on the size of the input");
        result = answer;
        return true;
    }
}
