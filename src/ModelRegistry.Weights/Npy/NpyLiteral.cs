namespace ModelRegistry.Weights.Npy;

/// <summary>Reads the few Python literals that a <c>.npy</c> header is made of.</summary>
internal sealed class NpyLiteral(string text)
{
    private int _at;

    /// <summary>The next character after white space, NUL at the end.</summary>
    public char Next
    {
        get
        {
            while (_at < text.Length && text[_at] is ' ' or '\t' or '\n' or '\r')
                _at++;
            return _at < text.Length ? text[_at] : '\0';
        }
    }

    public bool TryTake(char expected)
    {
        if (Next != expected || _at >= text.Length)
            return false;
        _at++;
        return true;
    }

    public void Expect(char expected)
    {
        if (!TryTake(expected))
            throw Error($"expected '{expected}'");
    }

    public void ExpectEnd()
    {
        if (Next != '\0' || _at < text.Length)
            throw Error("expected the end of the header");
    }

    /// <summary>A string between single or double quotes; escapes never occur in genuine headers and are refused.</summary>
    public string String()
    {
        var quote = Next;
        if (quote is not ('\'' or '"'))
            throw Error("expected a string");
        var end = text.IndexOf(quote, _at + 1);
        if (end < 0)
            throw Error("string does not end");
        var value = text[(_at + 1)..end];
        if (value.Contains('\\'))
            throw Error("string holds an escape");
        _at = end + 1;
        return value;
    }

    public bool Boolean()
    {
        foreach (var (word, value) in new[] { ("True", true), ("False", false) })
        {
            if (Next == word[0] && string.CompareOrdinal(text, _at, word, 0, word.Length) == 0)
            {
                _at += word.Length;
                return value;
            }
        }
        throw Error("expected True or False");
    }

    /// <summary>A tuple of non-negative integers: <c>()</c>, <c>(3,)</c>, <c>(3, 4)</c>.</summary>
    public long[] Tuple(int maxLength)
    {
        var values = new List<long>();
        var separated = true;
        Expect('(');
        while (!TryTake(')'))
        {
            if (!separated)
                throw Error("expected ',' or ')'");
            if (values.Count == maxLength)
                throw NpyError.Malformed($"shape has more than {maxLength} dimensions");
            values.Add(Integer());
            separated = TryTake(',');
        }
        if (values.Count == 1 && !separated)
            throw Error("shape is a number, not a tuple");
        return [.. values];
    }

    private long Integer()
    {
        _ = Next;
        var start = _at;
        long value = 0;
        while (_at < text.Length && char.IsAsciiDigit(text[_at]))
        {
            var digit = text[_at++] - '0';
            if (value > (long.MaxValue - digit) / 10)
                throw Error("extent is too large");
            value = value * 10 + digit;
        }
        if (_at == start)
            throw Error("expected a non-negative integer");
        // Python 2 wrote long integers as 3L.
        if (_at < text.Length && text[_at] == 'L')
            _at++;
        return value;
    }

    private WeightsFormatException Error(string what) => NpyError.Malformed($"{what} at character {_at} of the header");
}
