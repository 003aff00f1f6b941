using System.Text;

namespace ModelRegistry.Weights.TorchScript;

/// <summary>
/// Judges the code of a TorchScript archive: every method of every class, since loading runs <c>__setstate__</c> and using it runs the rest.
/// Looks at each name that is called or bound; what is on no list is refused, with file and line.
/// </summary>
internal sealed class ScriptScan
{
    private const int MaxFindings = 1000;

    /// <summary>Brackets within brackets and indentation: PyTorch's own parser recurses, and ends the process at some 100,000.</summary>
    private const int Nesting = 200;

    private readonly HashSet<string> _methods = new(StringComparer.Ordinal);
    private readonly HashSet<string> _assigned = new(StringComparer.Ordinal);
    private readonly List<WeightsFinding> _findings = [];

    private ScriptScan()
    {
    }

    /// <summary>What is refused in all of the code.</summary>
    internal static IReadOnlyList<WeightsFinding> Scan(IReadOnlyList<SourceListing> sources)
    {
        var scan = new ScriptScan();
        foreach (var source in sources)
        {
            scan.Declare(source.Text);
        }

        foreach (var source in sources)
        {
            scan.Judge(source);
        }

        return scan._findings;
    }

    /// <summary>An operator by its full name, as mobile archives list them in <c>bytecode.pkl</c>; null when it may be called.</summary>
    internal static string? Against(string qualified)
    {
        var colon = qualified.IndexOf("::", StringComparison.Ordinal);
        if (colon < 1)
        {
            return null;
        }

        var (space, name) = (qualified[..colon], qualified[(colon + 2)..]);
        if (!space.All(IsWord) || name.Length == 0 || !name.All(IsWord))
        {
            return null;
        }

        return ScriptOperators.Allows(space, name) ? null : Refusal(qualified, name);
    }

    /// <summary>Methods that the archive defines, and names that it gives values to.</summary>
    private void Declare(ReadOnlySpan<char> text)
    {
        var lexer = new ScriptLexer(text);
        var before = default(ScriptToken);
        for (var token = lexer.Next(); token.Kind != ScriptTokenKind.End; token = lexer.Next())
        {
            var previous = before.Length == 0 ? default : lexer.TextOf(before);
            if (token.Kind == ScriptTokenKind.Name && previous is "def")
            {
                _methods.Add(lexer.TextOf(token).ToString());
            }
            else if (token.Kind == ScriptTokenKind.Symbol && before.Kind == ScriptTokenKind.Name && lexer.TextOf(token) is "=" or "," or "in" or ":")
            {
                _assigned.Add(previous.ToString());
            }

            before = token;
        }
    }

    private void Judge(SourceListing source)
    {
        var lexer = new ScriptLexer(source.Text);
        var chain = new List<string>();
        var (depth, prefixes, branches, line) = (0, 0, 0, 0);
        var (previous, getsAttributes) = ("", false);
        var token = lexer.Next();
        while (token.Kind != ScriptTokenKind.End && _findings.Count < MaxFindings)
        {
            var text = lexer.TextOf(token).ToString();
            depth += text is "(" or "[" or "{" ? 1 : text is ")" or "]" or "}" ? -1 : 0;
            prefixes = text is "-" or "+" or "~" or "not" ? prefixes + 1 : 0;
            (branches, line) = (token.Line == line ? branches + (text == "else" ? 1 : 0) : 0, token.Line);
            if (Math.Max(depth, Math.Max(prefixes, branches)) > Nesting || token.Column > 4 * Nesting && token.BeginsLine)
            {
                Add(source, token, WeightsCodes.ScriptSource, $"expressions or blocks are nested more than {Nesting} deep");
                return;
            }

            if (token.Kind != ScriptTokenKind.Name)
            {
                if (token.Kind == ScriptTokenKind.Text && getsAttributes)
                {
                    var name = Encoding.UTF8.GetString(PythonText.Unescape(Encoding.UTF8.GetBytes(text.Trim('"', '\''))));
                    Attribute(source, token, name, called: false);
                }

                previous = text;
                token = lexer.Next();
                continue;
            }

            // A dotted chain, a.b.c, and what stands after it.
            var first = token;
            chain.Clear();
            chain.Add(text);
            token = lexer.Next();
            while (token.Kind == ScriptTokenKind.Symbol && lexer.TextOf(token) is ".")
            {
                token = lexer.Next();
                if (token.Kind != ScriptTokenKind.Name)
                {
                    break;
                }

                chain.Add(lexer.TextOf(token).ToString());
                token = lexer.Next();
            }

            if (previous is not ("def" or "class"))
            {
                var next = lexer.TextOf(token);
                JudgeChain(source, first, chain, called: next is "(", declared: next is ":", onValue: previous == ".");
            }

            getsAttributes |= chain is ["getattr"];
            previous = chain[^1];
        }
    }

    private void JudgeChain(SourceListing source, ScriptToken at, List<string> chain, bool called, bool declared, bool onValue)
    {
        if (!onValue && JudgeRoot(source, at, chain, called, declared))
        {
            return;
        }

        // Attributes of values: the last one may be called, each may be a method that is called later under another name.
        for (var i = onValue ? 0 : 1; i < chain.Count; i++)
        {
            Attribute(source, at, chain[i], called && i == chain.Count - 1);
        }
    }

    /// <returns>True when the first name settles what the chain is.</returns>
    private bool JudgeRoot(SourceListing source, ScriptToken at, List<string> chain, bool called, bool declared)
    {
        switch (chain[0])
        {
            // A module may have an attribute of such a name, which its class declares.
            case "torch" or "ops" when declared && chain.Count == 1:
                return true;
            case "torch":
                Operator(source, at, chain, "aten", chain.Count == 2 ? chain[1] : null);
                return true;
            case "ops":
                Operator(source, at, chain, chain.Count > 1 ? chain[1] : "", chain.Count == 3 ? chain[2] : null);
                return true;
            case "__torch__":
                if (!ScriptOperators.AllowsClass(string.Join('.', chain)))
                {
                    Refuse(source, at, string.Join('.', chain), "is a class of somebody's own library");
                }

                return true;
            case "print":
                Refuse(source, at, "print", ScriptOperators.ReasonAgainst("print")!);
                return true;
        }

        if (chain.Count == 1 && called && !ScriptOperators.IsBuiltin(chain[0]) && !_assigned.Contains(chain[0]) && !IsKeyword(chain[0]))
        {
            Refuse(source, at, chain[0], ScriptOperators.ReasonAgainst(chain[0]) ?? "is not known");
        }

        return chain.Count == 1;
    }

    private void Operator(SourceListing source, ScriptToken at, List<string> chain, string space, string? name)
    {
        if (name is null || !ScriptOperators.Allows(space, name))
        {
            Refuse(source, at, string.Join('.', chain), ScriptOperators.ReasonAgainst(chain[^1]) ?? "is not on the list of operators that networks need");
        }
    }

    private void Attribute(SourceListing source, ScriptToken at, string name, bool called)
    {
        if (ScriptOperators.RefusesMethod(name) || called && !_methods.Contains(name) && !ScriptOperators.AllowsMethod(name))
        {
            Refuse(source, at, name, ScriptOperators.ReasonAgainst(name) ?? "is not on the list of operators that networks need");
        }
    }

    private void Refuse(SourceListing source, ScriptToken at, string name, string why) => Add(source, at, WeightsCodes.ScriptOperator, $"calls {Display.Quote(name)}, which {why}");

    private void Add(SourceListing source, ScriptToken at, string code, string what) =>
        _findings.Add(new WeightsFinding(code, what, $"{Display.Escape(source.Path)} line {at.Line}"));

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';

    private static string Refusal(string qualified, string name) =>
        $"calls {Display.Quote(qualified)}, which {ScriptOperators.ReasonAgainst(name) ?? "is not on the list of operators that networks need"}";

    private static bool IsKeyword(string name) => name is "if" or "elif" or "while" or "and" or "or" or "not" or "in" or "is" or "return" or "else" or "for" or "assert" or "raise" or "del" or "with" or "as" or "pass";
}
