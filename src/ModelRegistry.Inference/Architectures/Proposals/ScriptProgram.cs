using System.Runtime.CompilerServices;

namespace ModelRegistry.Inference.Architectures.Proposals;

/// <summary>A module of the archive while its code is followed.</summary>
internal sealed record ScriptModule(PickleObject Value, string Path);

/// <summary>A tensor of the file as the code names it; <see cref="Permuted"/> where the code turns it round first.</summary>
internal sealed record ScriptTensor(string Name, bool Permuted = false);

/// <summary>A whole number that comes from sizes: its values for the two example inputs.</summary>
internal readonly record struct ScriptSize(long Small, long Large);

/// <summary>
/// Follows the code of a TorchScript archive with values that stand for tensors: calls of functions and methods are gone into, conditions
/// and loops are decided by what is known, and each operator is given to <see cref="AtenOperators"/>.
/// </summary>
internal sealed class ScriptProgram
{
    // Of one example, and of all that are tried: the code is a stranger's.
    private const int Steps = 500_000, AllSteps = 20_000_000, Deepest = 100;

    private readonly Dictionary<string, ScriptType> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ScriptFunction> _functions = new(StringComparer.Ordinal);
    private readonly TorchScriptFile _file;
    private AtenOperators? _operators;
    private int _steps;
    private int _allSteps;
    private int _depth;

    internal ScriptProgram(TorchScriptFile file)
    {
        _file = file;
        foreach (var source in file.Code) ScriptParser.Read(source, _types, _functions);
        Forward = _types.GetValueOrDefault(file.Root.TypeName)?.Methods.GetValueOrDefault("forward") ?? throw Lost("the module has no forward");
    }

    /// <summary>The entry: its first parameter is the module.</summary>
    internal ScriptFunction Forward { get; }

    /// <summary>Whether the code is nested too deeply to be followed, whatever the inputs are.</summary>
    internal bool IsTooDeep { get; private set; }

    /// <summary>Follows <c>forward</c> with these inputs; what it returns.</summary>
    /// <exception cref="InferenceException">The code cannot be followed, or the shapes do not go together.</exception>
    internal object? Follow(ProposedGraph graph, IReadOnlyList<object?> inputs)
    {
        (_operators, _steps, _depth) = (new AtenOperators(graph), 0, 0);
        return Invoke(Forward, [new ScriptModule(_file.Root, ""), .. inputs], []);
    }

    internal static InferenceException Lost(string what) =>
        new(InferenceCodes.ArchitectureNotTold, $"the file's code cannot be followed: {DisplayText.Escape(what)}", hint: "describe the network by hand, in the same vocabulary");

    private object? Invoke(ScriptFunction function, List<object?> arguments, List<(string Name, object? Value)> named)
    {
        if (++_depth > Deepest) throw Lost($"calls are nested more than {Deepest} deep");
        if (arguments.Count > function.Parameters.Count) throw Lost($"{function.Name} is called with {arguments.Count} arguments");
        var scope = new Dictionary<string, object?>(StringComparer.Ordinal);
        for (var i = 0; i < function.Parameters.Count; i++)
        {
            var (name, _, fallback) = function.Parameters[i];
            if (i < arguments.Count) scope[name] = arguments[i];
            else if (named.FirstOrDefault(pair => pair.Name == name) is { Name: not null } given) scope[name] = given.Value;
            else scope[name] = fallback is null ? null : Evaluate(fallback, scope);
        }

        Run(function.Body, scope, out var result);
        _depth--;
        return result;
    }

    private bool Run(IReadOnlyList<ScriptStatement> body, Dictionary<string, object?> scope, out object? result)
    {
        result = null;
        foreach (var statement in body)
        {
            Step(1);
            switch (statement)
            {
                case ScriptReturn { Value: var value }:
                    result = value is null ? null : Evaluate(value, scope);
                    return true;
                case ScriptAssignment { Names: var names, Value: var value }:
                    Assign(names, Evaluate(value, scope), scope);
                    break;
                case ScriptIf choice:
                    if (Run(Truth(Evaluate(choice.Condition, scope)) ? choice.Then : choice.Else, scope, out result)) return true;
                    break;
                case ScriptUnread unread:
                    throw unread.Failure;
                case ScriptFor loop:
                    foreach (var item in Range(Evaluate(loop.Range, scope)))
                    {
                        scope[loop.Variable] = item;
                        if (Run(loop.Body, scope, out result)) return true;
                    }

                    break;
            }
        }

        return false;
    }

    private static void Assign(IReadOnlyList<string> names, object? value, Dictionary<string, object?> scope)
    {
        if (names.Count == 1) scope[names[0]] = value;
        if (names.Count < 2) return;
        if (value is not List<object?> items || items.Count != names.Count) throw Lost($"{names.Count} values are taken from something else");
        for (var i = 0; i < names.Count; i++) scope[names[i]] = items[i];
    }

    private static IEnumerable<object?> Range(object? value) => value switch
    {
        List<object?> items => items,
        long count and >= 0 and < Steps => Enumerable.Range(0, (int)count).Select(i => (object?)(long)i),
        _ => throw Lost("a loop runs as often as a tensor says"),
    };

    private static bool Truth(object? value) => value switch
    {
        bool flag => flag,
        long number => number != 0,
        _ => throw Lost("a condition depends on the values of a tensor"),
    };

    private object? Evaluate(ScriptExpression expression, Dictionary<string, object?> scope)
    {
        Step(1);
        // An expression may be as long as the file, and calls go into each other.
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            IsTooDeep = true;
            throw Lost("it is nested too deeply");
        }

        switch (expression)
        {
            case ScriptLiteral literal:
                return literal.Value;
            case ScriptName { Name: "inf" }:
                return double.PositiveInfinity;
            case ScriptName name:
                return scope.TryGetValue(name.Name, out var known) ? known : new ScriptReference(name.Name);
            case ScriptList list:
                return list.Items.Select(item => Evaluate(item, scope)).ToList();
            case ScriptDictionary dictionary:
                return dictionary.Items.Select(item => (Key: Evaluate(item.Key, scope) as string ?? throw Lost("a dictionary without names"), Value: Evaluate(item.Value, scope))).ToDictionary(item => item.Key, item => item.Value, StringComparer.Ordinal);
            case ScriptMember member:
                return Member(Evaluate(member.Owner, scope), member.Name);
            case ScriptIndex index:
                return Item(Evaluate(index.Owner, scope), Evaluate(index.Index, scope));
            case ScriptCall call:
                return Call(call, scope);
            default:
                throw Lost(expression.ToString()!);
        }
    }

    private object? Member(object? owner, string name)
    {
        switch (owner)
        {
            case ScriptReference { Name: "CONSTANTS" }:
                return _operators!.Constant(_file.OtherTensors, name);
            case ScriptReference reference:
                return new ScriptReference($"{reference.Name}.{name}");
            case ScriptModule module:
                var path = module.Path.Length == 0 ? name : $"{module.Path}.{name}";
                var state = module.Value.State as PickleDict;
                if (state?.Items.FirstOrDefault(item => item.Key is string key && key == name) is { Key: not null } found) return Value(found.Value, path);
                return _types.GetValueOrDefault(module.Value.TypeName)?.Constants.GetValueOrDefault(name) is { } constant
                    ? Evaluate(constant, [])
                    : _types.GetValueOrDefault(module.Value.TypeName)?.Methods.GetValueOrDefault(name) is { } method ? (module, method) : throw Lost($"the module {path} is not there");
            default:
                throw Lost($".{name} of something that is no module");
        }
    }

    private static object? Value(object? value, string path) => value switch
    {
        PickleObject module => new ScriptModule(module, path),
        PickleTensor => new ScriptTensor(path),
        PickleTuple tuple => tuple.Items.Select((item, i) => Value(item, $"{path}.{i}")).ToList(),
        PickleList list => list.Items.Select((item, i) => Value(item, $"{path}.{i}")).ToList(),
        PickleNode => throw Lost($"the value of {path} is not known"),
        _ => value,
    };

    private static object? Item(object? owner, object? index) => (owner, index) switch
    {
        (List<object?> items, long at) when at >= -items.Count && at < items.Count => items[(int)(at < 0 ? at + items.Count : at)],
        (Dictionary<string, object?> items, string key) when items.TryGetValue(key, out var value) => value,
        (ScriptReference, _) => owner,
        _ => throw Lost("an item that is not there"),
    };

    private object? Call(ScriptCall call, Dictionary<string, object?> scope)
    {
        if (call.Function is ScriptName { Name: var word })
        {
            switch (word)
            {
                case "annotate" or "unchecked_cast" when call.Arguments.Count == 2:
                    return Evaluate(call.Arguments[1], scope);
                case "uninitialized":
                    return null;
                case "getattr" when call.Arguments is [var owner, ScriptLiteral { Value: string attribute }]:
                    return Member(Evaluate(owner, scope), attribute);
            }
        }

        var arguments = call.Arguments.Select(argument => Evaluate(argument, scope)).ToList();
        var named = call.Named.Select(pair => (pair.Name, Evaluate(pair.Value, scope))).ToList();
        if (call.Function is ScriptMember { Owner: var receiver, Name: var method } && Evaluate(receiver, scope) is ScriptModule module)
        {
            return _types.GetValueOrDefault(module.Value.TypeName)?.Methods.GetValueOrDefault(method) is { } found
                ? Invoke(found, [module, .. arguments], named)
                : throw Lost($"the method {method} of {module.Path} is not there");
        }

        if (Evaluate(call.Function, scope) is not ScriptReference { Name: var name }) throw Lost("something is called that is no function");
        if (_functions.TryGetValue(name, out var function)) return Invoke(function, arguments, named);
        var result = _operators!.Call(name, arguments, named);
        // A list that is made is as much work as its items.
        if (result is List<object?> made) Step(made.Count);
        return result;
    }

    private void Step(int count)
    {
        (_steps, _allSteps) = (_steps + count, _allSteps + count);
        if (_steps > Steps || _allSteps > AllSteps) throw Lost("it takes too many steps");
    }

    private sealed record ScriptReference(string Name);
}
