using System.Globalization;

namespace ModelRegistry.Inference.Architectures.Expressions;

/// <summary>Recursive descent by precedence; the depth is bounded.</summary>
internal sealed class ExpressionParser
{
    private static readonly string[][] s_levels =
    [
        ["||"],
        ["&&"],
        ["==", "!="],
        ["<", "<=", ">", ">="],
        ["+", "-"],
        ["*", "/", "%"],
    ];

    private readonly List<Token> _tokens;
    private int _next;
    private int _depth;

    internal ExpressionParser(string text) => _tokens = Lexer.Tokenize(text);

    internal Evaluator ParseWhole()
    {
        var result = Conditional();
        if (Peek.Kind != TokenKind.End)
            throw Unexpected();
        return result;
    }

    private Token Peek => _tokens[_next];

    private Evaluator Conditional()
    {
        if (++_depth > ArchitectureLimits.ExpressionDepth)
            throw new ExpressionException($"the expression nests deeper than {ArchitectureLimits.ExpressionDepth}");
        var condition = Binary(0);
        if (Accept("?"))
        {
            var (test, whenTrue) = (condition, Conditional());
            Expect(":");
            var whenFalse = Conditional();
            condition = scope => test(scope).AsBoolean() ? whenTrue(scope) : whenFalse(scope);
        }

        _depth--;
        return condition;
    }

    private Evaluator Binary(int level)
    {
        if (level == s_levels.Length)
            return Unary();
        var left = Binary(level + 1);
        while (Peek.Kind == TokenKind.Symbol && s_levels[level].Contains(Peek.Text))
        {
            var symbol = _tokens[_next++].Text;
            var (a, b) = (left, Binary(level + 1));
            left = Operators.Binary(symbol, a, b);
        }

        return left;
    }

    private Evaluator Unary()
    {
        if (++_depth > ArchitectureLimits.ExpressionDepth)
            throw new ExpressionException($"the expression nests deeper than {ArchitectureLimits.ExpressionDepth}");
        Evaluator result;
        if (Accept("!"))
        {
            var operand = Unary();
            result = scope => new BooleanValue(!operand(scope).AsBoolean());
        }
        else if (Accept("-"))
        {
            var operand = Unary();
            result = scope => Operators.Arithmetic(new IntegerValue(0), operand(scope), (x, y) => checked(x - y));
        }
        else
        {
            result = Indexed(Primary());
        }

        _depth--;
        return result;
    }

    private Evaluator Indexed(Evaluator list)
    {
        if (!Accept("["))
            return list;
        var index = Conditional();
        Expect("]");
        return scope => Operators.Index(list(scope), index(scope).AsInteger());
    }

    private Evaluator Primary()
    {
        var token = _tokens[_next++];
        switch (token.Kind)
        {
            case TokenKind.Integer:
                if (!long.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                    throw new ExpressionException($"the number {token.Text} does not fit 64 bits");
                return _ => new IntegerValue(number);
            case TokenKind.Text:
                var text = token.Text;
                return scope => new TextValue(Expression.Interpolate(text, scope));
            case TokenKind.Name when token.Text is "true" or "false":
                var truth = new BooleanValue(token.Text == "true");
                return _ => truth;
            case TokenKind.Name when Accept("("):
                return Functions.Bind(token.Text, Arguments());
            case TokenKind.Name:
                return scope => scope.Lookup(token.Text);
            case TokenKind.Symbol when token.Text == "(":
                var inner = Conditional();
                Expect(")");
                return inner;
            default:
                _next--;
                throw Unexpected();
        }
    }

    private List<Evaluator> Arguments()
    {
        var arguments = new List<Evaluator>();
        if (Accept(")"))
            return arguments;
        do
        {
            arguments.Add(Conditional());
        }
        while (Accept(","));
        Expect(")");
        return arguments;
    }

    private bool Accept(string symbol)
    {
        if (Peek.Kind != TokenKind.Symbol || Peek.Text != symbol)
            return false;
        _next++;
        return true;
    }

    private void Expect(string symbol)
    {
        if (!Accept(symbol))
            throw new ExpressionException($"'{symbol}' is expected at column {Peek.Position + 1}, found {Shown(Peek)}");
    }

    private ExpressionException Unexpected() => new($"unexpected {Shown(Peek)} at column {Peek.Position + 1}");

    private static string Shown(Token token) => token.Kind == TokenKind.End ? "the end" : $"'{token.Text}'";
}
