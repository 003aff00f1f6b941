using System.Globalization;
using ModelRegistry.Weights;

namespace ModelRegistry.Inference.Architectures.Proposals;

/// <summary>
/// Parses serialized TorchScript, as torch/csrc/jit/serialization/python_print.cpp writes it. What it does not know is an
/// <see cref="InferenceException"/>: the code is described, never run.
/// </summary>
internal sealed class ScriptParser
{
    private const int Deepest = 200;

    private readonly List<(ScriptTokenKind Kind, string Text, int Column, bool Begins, int Line)> _tokens = [];
    private readonly string _path;
    private int _at;
    private int _depth;

    private ScriptParser(SourceListing source)
    {
        _path = source.Path;
        var lexer = new ScriptLexer(source.Text);
        var brackets = 0;
        while (lexer.Next() is { Kind: not ScriptTokenKind.End } token)
        {
            var text = lexer.TextOf(token).ToString();
            _tokens.Add((token.Kind, text, token.Column, brackets == 0 && token.BeginsLine, token.Line));
            brackets += text is "(" or "[" or "{" ? 1 : text is ")" or "]" or "}" ? -1 : 0;
        }

        _tokens.Add((ScriptTokenKind.End, "", 0, true, 0));
    }

    private (ScriptTokenKind Kind, string Text, int Column, bool Begins, int Line) Now => _tokens[_at];

    /// <summary>Adds what a file of <c>code/</c> declares, by qualified name.</summary>
    internal static void Read(SourceListing source, Dictionary<string, ScriptType> types, Dictionary<string, ScriptFunction> functions)
    {
        var module = source.Path["code/".Length..^".py".Length].Replace('/', '.');
        var parser = new ScriptParser(source);
        while (parser.Now.Kind != ScriptTokenKind.End)
        {
            if (parser.Now.Text == "class") parser.Class(module, types);
            else if (parser.Now.Text == "def" && parser.Function() is var function) functions.TryAdd($"{module}.{function.Name}", function);
            else parser.SkipStatement();
        }
    }

    private void Class(string module, Dictionary<string, ScriptType> types)
    {
        var column = Now.Column;
        _at++;
        var type = new ScriptType([], []);
        types.TryAdd($"{module}.{Take(ScriptTokenKind.Name)}", type);
        while (Now.Text != ":") SkipToken();
        _at++;
        while (Now.Column > column && Now.Kind != ScriptTokenKind.End)
        {
            if (Now.Text == "def" && Function() is var method) type.Methods.TryAdd(method.Name, method);
            else Constant(type);
        }
    }

    // name : Final[int] = 64
    private void Constant(ScriptType type)
    {
        var start = _at;
        if (Now.Kind == ScriptTokenKind.Name && _tokens[_at + 1].Text == ":")
        {
            var name = Now.Text;
            _at += 2;
            Expression();
            if (!Now.Begins && Now.Text == "=")
            {
                _at++;
                type.Constants[name] = Expression();
                return;
            }
        }

        _at = start;
        SkipStatement();
    }

    private ScriptFunction Function()
    {
        var column = Now.Column;
        _at++;
        var name = Take(ScriptTokenKind.Name);
        var parameters = new List<(string, string, ScriptExpression?)>();
        Expect("(");
        while (Now.Text != ")")
        {
            var parameter = Take(ScriptTokenKind.Name);
            var type = "";
            if (Now.Text == ":")
            {
                _at++;
                var from = _at;
                Expression();
                type = string.Concat(_tokens[from.._at].Select(token => token.Text));
            }

            ScriptExpression? fallback = null;
            if (Now.Text == "=")
            {
                _at++;
                fallback = Expression();
            }

            parameters.Add((parameter, type, fallback));
            if (Now.Text == ",") _at++;
        }

        while (Now.Text != ":" || _tokens[_at + 1] is { Begins: false }) SkipToken();
        _at++;
        return new ScriptFunction(name, parameters, Block(column));
    }

    private List<ScriptStatement> Block(int outside)
    {
        Enter();
        var statements = new List<ScriptStatement>();
        while (Now.Begins && Now.Column > outside && Now.Kind != ScriptTokenKind.End)
        {
            var (start, column, depth) = (_at, Now.Column, _depth);
            try
            {
                if (Statement() is { } statement) statements.Add(statement);
            }
            catch (InferenceException failure)
            {
                // It matters only where the network comes by it.
                (_at, _depth) = (start + 1, depth);
                while (Now.Kind != ScriptTokenKind.End && !(Now.Begins && Now.Column <= column)) _at++;
                statements.Add(new ScriptUnread(failure));
            }
        }

        _depth--;
        return statements;
    }

    private ScriptStatement? Statement()
    {
        var column = Now.Column;
        switch (Now.Text)
        {
            case "pass":
                _at++;
                return null;
            case "return":
                _at++;
                return new ScriptReturn(Now.Begins ? null : ExpressionOrTuple());
            case "if":
                _at++;
                var condition = Expression();
                Expect(":");
                var then = Block(column);
                List<ScriptStatement> otherwise = [];
                if (Now is { Text: "else", Begins: true } && Now.Column == column)
                {
                    _at++;
                    Expect(":");
                    otherwise = Block(column);
                }

                return new ScriptIf(condition, then, otherwise);
            case "for":
                _at++;
                var variable = Take(ScriptTokenKind.Name);
                Expect("in");
                var range = Expression();
                Expect(":");
                return new ScriptFor(variable, range, Block(column));
            case "while" or "with" or "assert" or "raise":
                throw Unread($"'{Now.Text}'");
            default:
                return Assignment();
        }
    }

    private ScriptAssignment Assignment()
    {
        var start = _at;
        var names = new List<string>();
        while (Now.Kind == ScriptTokenKind.Name && _tokens[_at + 1] is { Begins: false, Text: "," or "=" or ":" })
        {
            names.Add(Now.Text);
            _at++;
            if (Now.Text == ":")
            {
                _at++;
                Expression();
            }

            if (Now.Text == "=")
            {
                _at++;
                return new ScriptAssignment(names, ExpressionOrTuple());
            }

            if (Now.Text == ",") _at++;
            if (Now.Text == "=")
            {
                _at++;
                return new ScriptAssignment(names, ExpressionOrTuple());
            }
        }

        _at = start;
        return new ScriptAssignment([], Expression());
    }

    private ScriptExpression ExpressionOrTuple()
    {
        var first = Expression();
        if (Now.Begins || Now.Text != ",") return first;
        var items = new List<ScriptExpression> { first };
        while (!Now.Begins && Now.Text == ",")
        {
            _at++;
            if (!Now.Begins) items.Add(Expression());
        }

        return new ScriptList(items);
    }

    private ScriptExpression Expression()
    {
        Enter();
        var result = Primary();
        while (!Now.Begins)
        {
            if (Now.Text == ".")
            {
                _at++;
                result = new ScriptMember(result, Take(ScriptTokenKind.Name));
            }
            else if (Now.Text == "(")
            {
                result = Call(result);
            }
            else if (Now.Text == "[")
            {
                _at++;
                var index = ExpressionOrTuple();
                Expect("]");
                result = new ScriptIndex(result, index);
            }
            else
            {
                break;
            }
        }

        _depth--;
        return result;
    }

    private ScriptCall Call(ScriptExpression function)
    {
        Expect("(");
        var arguments = new List<ScriptExpression>();
        var named = new List<(string, ScriptExpression)>();
        while (Now.Text != ")")
        {
            if (Now.Kind == ScriptTokenKind.Name && _tokens[_at + 1].Text == "=")
            {
                var name = Now.Text;
                _at += 2;
                named.Add((name, Expression()));
            }
            else
            {
                arguments.Add(Expression());
            }

            if (Now.Text != ")") Expect(",");
        }

        _at++;
        return new ScriptCall(function, arguments, named);
    }

    private ScriptExpression Primary()
    {
        var token = Now;
        _at++;
        switch (token.Kind)
        {
            case ScriptTokenKind.Name:
                return token.Text switch { "True" => new ScriptLiteral(true), "False" => new ScriptLiteral(false), "None" => new ScriptLiteral(null), _ => new ScriptName(token.Text) };
            case ScriptTokenKind.Number:
                return new ScriptLiteral(Number(token.Text, 1));
            case ScriptTokenKind.Text:
                return new ScriptLiteral(token.Text.Trim(token.Text[0]));
        }

        switch (token.Text)
        {
            case "-" when Now.Text == "inf":
                _at++;
                return new ScriptLiteral(double.NegativeInfinity);
            case "-" when Now.Kind == ScriptTokenKind.Number:
                return new ScriptLiteral(Number(_tokens[_at++].Text, -1));
            case "(":
                var inside = Items(")");
                return inside.Items is [var only] && _tokens[_at - 2].Text != "," ? only : inside;
            case "[":
                return Items("]");
            case "{":
                var items = new List<(ScriptExpression, ScriptExpression)>();
                while (Now.Text != "}")
                {
                    var key = Expression();
                    Expect(":");
                    items.Add((key, Expression()));
                    if (Now.Text != "}") Expect(",");
                }

                _at++;
                return new ScriptDictionary(items);
            default:
                _at--;
                throw Unread($"'{token.Text}'");
        }
    }

    private ScriptList Items(string end)
    {
        var items = new List<ScriptExpression>();
        while (Now.Text != end)
        {
            items.Add(Expression());
            if (Now.Text != end) Expect(",");
        }

        _at++;
        return new ScriptList(items);
    }

    private object Number(string text, int sign) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var whole) ? (object)(sign * whole)
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? sign * number
        : throw Unread($"the number {text}");

    private string Take(ScriptTokenKind kind)
    {
        if (Now.Kind != kind) throw Unread($"'{Now.Text}'");
        return _tokens[_at++].Text;
    }

    private void Expect(string text)
    {
        if (Now.Text != text) throw Unread($"'{Now.Text}'");
        _at++;
    }

    private void SkipToken()
    {
        if (Now.Kind == ScriptTokenKind.End) throw Unread("the end");
        _at++;
    }

    private void SkipStatement()
    {
        do SkipToken();
        while (!Now.Begins);
    }

    private void Enter()
    {
        if (++_depth > Deepest) throw Unread("nesting so deep");
    }

    private InferenceException Unread(string what) => new(
        InferenceCodes.ArchitectureNotTold, $"cannot follow {DisplayText.Escape(what)} in the file's code", $"{DisplayText.Escape(_path)} line {Now.Line}", "describe the network by hand, in the same vocabulary");
}
