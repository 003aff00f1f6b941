namespace ModelRegistry.Weights.TorchScript;

/// <summary>What a token of TorchScript's code is, as far as a scan needs to know.</summary>
internal enum ScriptTokenKind
{
    End,
    Name,
    Number,
    Text,
    Symbol,
}

/// <summary>A token: where it stands, and on which line.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Characters before it.</param>
/// <param name="Length">Its length in characters.</param>
/// <param name="Line">The number of its line, from 1.</param>
/// <param name="Column">Characters before it on its line.</param>
/// <param name="BeginsLine">Whether nothing but space stands before it on its line.</param>
internal readonly record struct ScriptToken(ScriptTokenKind Kind, int Start, int Length, int Line, int Column, bool BeginsLine);

/// <summary>
/// Splits serialized TorchScript into tokens. Source: torch/csrc/jit/frontend/lexer.h; texts have no prefixes there, and a comment ends with its line.
/// </summary>
internal ref struct ScriptLexer(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _position;
    private int _line = 1;
    private int _lineStart;
    private int _lastLine;

    internal readonly ReadOnlySpan<char> TextOf(ScriptToken token) => _text.Slice(token.Start, token.Length);

    internal ScriptToken Next()
    {
        SkipSpace();
        var start = _position;
        var (line, column, begins) = (_line, start - _lineStart, _line > _lastLine);
        if (start == _text.Length)
        {
            return new ScriptToken(ScriptTokenKind.End, start, 0, line, column, begins);
        }

        var c = _text[_position];
        ScriptTokenKind kind;
        if (char.IsLetter(c) || c == '_')
        {
            kind = ScriptTokenKind.Name;
            TakeWhile(static n => char.IsLetterOrDigit(n) || n == '_');
        }
        else if (char.IsAsciiDigit(c))
        {
            kind = ScriptTokenKind.Number;
            TakeNumber();
        }
        else if (c is '"' or '\'')
        {
            kind = ScriptTokenKind.Text;
            TakeText(c);
        }
        else
        {
            kind = ScriptTokenKind.Symbol;
            _position++;
        }

        _lastLine = _line;
        return new ScriptToken(kind, start, _position - start, line, column, begins);
    }

    private void SkipSpace()
    {
        while (_position < _text.Length)
        {
            var c = _text[_position];
            if (c == '#')
            {
                TakeWhile(static n => n != '\n');
            }
            else if (char.IsWhiteSpace(c) || c == '\\')
            {
                _position++;
                if (c == '\n') BeginLine(_position);
            }
            else
            {
                return;
            }
        }
    }

    private void TakeNumber()
    {
        var dotted = false;
        while (_position < _text.Length)
        {
            var c = _text[_position];
            var isSign = c is '+' or '-' && _text[_position - 1] is 'e' or 'E';
            if (!char.IsAsciiLetterOrDigit(c) && c != '_' && !isSign && (c != '.' || dotted))
            {
                return;
            }

            dotted |= c == '.';
            _position++;
        }
    }

    private void TakeText(char quote)
    {
        var three = _text[_position..].StartsWith([quote, quote, quote]) ? 3 : 1;
        _position += three;
        while (_position < _text.Length)
        {
            var c = _text[_position];
            if (c == '\n')
            {
                BeginLine(_position + 1);
            }

            if (c == '\\')
            {
                _position++;
                if (_position < _text.Length && _text[_position] == '\n')
                {
                    BeginLine(_position + 1);
                }

                _position = Math.Min(_position + 1, _text.Length);
            }
            else if (c == quote && (three == 1 || _text[_position..].StartsWith([quote, quote, quote])))
            {
                _position += three;
                return;
            }
            else
            {
                _position++;
            }
        }
    }

    private void BeginLine(int start) => (_line, _lineStart) = (_line + 1, start);

    private void TakeWhile(Func<char, bool> belongs)
    {
        while (_position < _text.Length && belongs(_text[_position]))
        {
            _position++;
        }
    }
}
