using System.Globalization;
using System.Text;

namespace ModelRegistry.Engine.TorchSharp;

/// <summary>
/// TorchSharp takes and gives tensors, numbers, and lists and tuples of them. For archives that take or give more (dictionaries, optional values, lists of
/// tensors), a method in their own language packs what they take and unpacks what they give: a list of names and values in turn.
/// </summary>
/// <remarks>Names are tensors of code points, the only text that TorchSharp hands over. Written as PyTorch's own exporter writes code.</remarks>
internal sealed class ScriptAdapter
{
    private readonly StringBuilder _code = new();
    private int _variables;

    private ScriptAdapter()
    {
    }

    /// <summary>The method that calls <c>forward</c> with the first <paramref name="count"/> of its inputs.</summary>
    public static string Method(int count) => string.Create(CultureInfo.InvariantCulture, $"modelreg_call{count}");

    /// <summary>Whether TorchSharp hands a value over as it is; types that are not understood are left to it.</summary>
    public static bool IsPlain(ScriptType? type) => type switch
    {
        null or { Name: "Tensor" } or { IsNumber: true } => true,
        { Name: "List", Of: [var element] } => element.Name == "Tensor" || element.IsNumber,
        // Of more than five, TorchSharp takes all for one kind.
        { Name: "Tuple" } => type.Of.All(part => type.Of.Length <= 5 ? IsPlain(part) : part.Name == "Tensor"),
        _ => false,
    };

    /// <summary>Whether it takes as many tensors as there are.</summary>
    public static bool IsCollection(ScriptType type) => type.Any(part => part.Name is "List" or "Dict");

    /// <summary>Whether an input can be made of tensors.</summary>
    public static bool Packs(ScriptType type) => type switch
    {
        { Name: "Tensor" } or { IsNumber: true } => true,
        { Name: "Optional" or "List", Of: [var inner] } => Packs(inner) && !(type.Name == "List" && IsCollection(inner)),
        { Name: "Dict", Of: [{ Name: "str" }, var inner] } => Packs(inner) && !IsCollection(inner),
        _ => (type.Name == "Tuple" || type.IsClass) && type.Of.Length > 0 && type.Of.All(Packs),
    };

    /// <summary>Whether an output can be taken apart.</summary>
    public static bool Unpacks(ScriptType type) => type switch
    {
        { Name: "Tensor" or "str" or "NoneType" } or { IsNumber: true } => true,
        { Name: "Optional" or "List", Of: [var inner] } => Unpacks(inner),
        { Name: "Dict", Of: [{ Name: "str" or "int" }, var inner] } => Unpacks(inner),
        _ => (type.Name == "Tuple" || type.IsClass) && type.Of.Length > 0 && type.Of.All(Unpacks),
    };

    /// <summary>Methods for a class whose <c>forward</c> takes <paramref name="inputs"/>, of which those after the first <paramref name="required"/> may be left out.</summary>
    public static string Write(string className, IReadOnlyList<ScriptType> inputs, int required, ScriptType output)
    {
        var adapter = new ScriptAdapter();
        adapter.Line(2, $"def modelreg_name(self: {className},\n    text: str) -> Tensor:");
        adapter.Line(4, "codes = annotate(List[int], [])");
        adapter.Line(4, "for i in range(torch.len(text)):");
        adapter.Line(6, "_0 = torch.append(codes, torch.ord(torch.__getitem__(text, i)))");
        adapter.Line(4, "return torch.tensor(codes, dtype=4)");
        for (var count = required; count <= inputs.Count; count++) adapter.WriteCall(className, [.. inputs.Take(count)], output);
        return adapter._code.ToString();
    }

    private void WriteCall(string className, IReadOnlyList<ScriptType> inputs, ScriptType output)
    {
        _variables = 0;
        Line(2, $"def {Method(inputs.Count)}(self: {className},\n    given: List[Tensor],\n    names: List[Tensor]) -> List[Tensor]:");
        Line(4, "at = 0");
        List<string> arguments = [];
        for (var i = 0; i < inputs.Count; i++) arguments.Add(Pack(4, inputs[i], inputs.Skip(i + 1).Sum(Width)));
        Line(4, $"result = (self).forward({string.Concat(arguments.Select(argument => argument + ", "))})");
        Line(4, "out = annotate(List[Tensor], [])");
        Unpack(4, output, "result", "\"\"", named: false);
        Line(4, "return out");
    }

    /// <summary>How many tensors make a value; a list or dictionary takes what the others leave.</summary>
    public static int Width(ScriptType type) => type switch
    {
        { Name: "List" or "Dict" } => 0,
        { Of: [] } => 1,
        _ => type.Of.Sum(Width),
    };

    private string Pack(int indent, ScriptType type, int after)
    {
        var value = Variable();
        switch (type.Name)
        {
            case "Optional":
                return Pack(indent, type.Of[0], after);
            case "List" or "Dict":
                Line(indent, $"{value} = annotate({type}, {(type.Name == "List" ? "[]" : "{}")})");
                Line(indent, $"for {Variable()} in range(torch.floordiv(torch.sub(torch.sub(torch.len(given), {after}), at), {Width(type.Of[^1])})):");
                if (type.Name == "Dict") PackKey(indent + 2);
                var element = Pack(indent + 2, type.Of[^1], 0);
                Line(indent + 2, type.Name == "List" ? $"{Variable()} = torch.append({value}, {element})" : $"torch._set_item({value}, key, {element})");
                return value;
            case "Tensor":
                Line(indent, $"{value} = given[at]");
                break;
            case "int" or "float" or "bool":
                Line(indent, $"{value} = {type.Name}(given[at])");
                break;
            default:
                var parts = type.Of.Select((part, i) => Pack(indent, part, after + type.Of.Skip(i + 1).Sum(Width))).ToList();
                Line(indent, $"{value} = {(type.Name == "Tuple" ? "" : type.Name)}({string.Join(", ", parts)}{(type.Name == "Tuple" ? "," : "")})");
                return value;
        }

        Line(indent, "at = torch.add(at, 1)");
        return value;
    }

    private void PackKey(int indent)
    {
        Line(indent, "key = \"\"");
        Line(indent, "codes = names[at]");
        Line(indent, "for letter in range(torch.size(codes, 0)):");
        Line(indent + 2, "key = torch.add(key, torch.chr(int(torch.select(codes, 0, letter))))");
    }

    private void Unpack(int indent, ScriptType type, string value, string name, bool named)
    {
        switch (type.Name)
        {
            case "NoneType":
                break;
            case "Tensor":
                Give(indent, name, value);
                break;
            case "int" or "float" or "bool":
                Give(indent, name, $"torch.tensor({value})");
                break;
            case "str":
                Give(indent, name, $"(self).modelreg_name({value})");
                break;
            case "Optional":
                var present = Variable();
                Line(indent, $"if torch.__isnot__({value}, None):");
                Line(indent + 2, $"{present} = unchecked_cast({type.Of[0]}, {value})");
                Unpack(indent + 2, type.Of[0], present, name, named);
                Line(indent, "else:");
                Line(indent + 2, "pass");
                break;
            case "List":
                var (index, element) = (Variable(), Variable());
                Line(indent, $"for {index} in range(torch.len({value})):");
                Line(indent + 2, $"{element} = {value}[{index}]");
                Unpack(indent + 2, type.Of[0], element, Below(type, name, $"str({index})", ref named), named);
                break;
            case "Dict":
                UnpackDictionary(indent, type, value, name);
                break;
            default:
                for (var i = 0; i < type.Of.Length; i++)
                {
                    var (part, inside) = (Variable(), named);
                    Line(indent, $"{part} = ({value})[{i}]");
                    Unpack(indent, type.Of[i], part, Below(type, name, $"\"{i}\"", ref inside), inside);
                }

                break;
        }
    }

    private void UnpackDictionary(int indent, ScriptType type, string value, string name)
    {
        var (keys, index, key, element) = (Variable(), Variable(), Variable(), Variable());
        Line(indent, $"{keys} = torch.keys({value})");
        Line(indent, $"torch.sort({keys})");
        Line(indent, $"for {index} in range(torch.len({keys})):");
        Line(indent + 2, $"{key} = {keys}[{index}]");
        Line(indent + 2, $"{element} = {value}[{key}]");
        Unpack(indent + 2, type.Of[1], element, $"torch.add(torch.add({name}, {(type.Of[0].Name == "str" ? key : $"str({key})")}), \".\")", named: true);
    }

    // Only beside dictionaries: lists and tuples of tensors are told apart by their order.
    private static string Below(ScriptType type, string name, string part, ref bool named)
    {
        named |= type.Any(inside => inside.Name == "Dict");
        return named ? $"torch.add(torch.add({name}, {part}), \".\")" : name;
    }

    private void Give(int indent, string name, string value)
    {
        Line(indent, $"{Variable()} = torch.append(out, (self).modelreg_name({name}))");
        Line(indent, $"{Variable()} = torch.append(out, {value})");
    }

    private string Variable() => string.Create(CultureInfo.InvariantCulture, $"_{_variables++}");

    private void Line(int indent, string text) => _code.Append(' ', indent).Append(text).Append('\n');
}
