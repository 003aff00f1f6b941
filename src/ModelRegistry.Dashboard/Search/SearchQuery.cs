using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace ModelRegistry.Dashboard.Search;

/// <summary>A search as it was understood.</summary>
/// <param name="Terms">What must hold.</param>
/// <param name="Hints">What was not understood as it may have been meant.</param>
public sealed record SearchQuery(ImmutableArray<SearchTerm> Terms, ImmutableArray<string> Hints)
{
    public const int MaxLength = 500;
    public const int MaxTerms = 20;

    public static SearchQuery Empty { get; } = new([], []);

    /// <summary>Reads a search. Everything is a search: what is no filter is a word.</summary>
    public static SearchQuery Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return Empty;
        var hints = new List<string>();
        if (text.Length > MaxLength)
        {
            text = text[..MaxLength];
            hints.Add("only the first 500 characters were read");
        }

        var tokens = Tokens(text);
        if (tokens.Count > MaxTerms) hints.Add("only the first 20 terms were read");
        return new SearchQuery([.. tokens.Take(MaxTerms).Select(t => Term(t, hints))], [.. hints.Distinct()]);
    }

    private sealed record Token(string Text, bool IsNegative, bool IsPhrase);

    private static List<Token> Tokens(string text)
    {
        var tokens = new List<Token>();
        for (var i = 0; i < text.Length;)
        {
            if (char.IsWhiteSpace(text[i]))
            {
                i++;
                continue;
            }

            var negative = text[i] == '-' && i + 1 < text.Length && !char.IsWhiteSpace(text[i + 1]);
            if (negative) i++;
            var isPhrase = text[i] == '"';
            var content = new StringBuilder();
            // A quote inside a term (task:"image denoising") holds its blanks together.
            for (var quoted = false; i < text.Length && (quoted || !char.IsWhiteSpace(text[i])); i++)
            {
                if (text[i] == '"') quoted = !quoted;
                else content.Append(text[i]);
            }

            if (content.Length > 0) tokens.Add(new Token(content.ToString(), negative, isPhrase));
        }

        return tokens;
    }

    private static SearchTerm Term(Token token, List<string> hints)
    {
        SearchTerm Misread(string hint)
        {
            hints.Add(hint);
            return Word(token);
        }

        if (token.IsPhrase) return Word(token);
        var colon = token.Text.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && Filter(token.Text[..colon].ToLowerInvariant()) is { } field)
        {
            var value = token.Text[(colon + 1)..];
            if (value.Length == 0) hints.Add($"{token.Text[..colon]}: needs a value");
            else if (field == SearchField.Is && SearchTerm.States.All(s => s != value)) hints.Add($"is: knows {string.Join(", ", SearchTerm.States)}");
            else if (field != SearchField.Updated || Age(value) is not null) return new SearchTerm(field, value.ToLowerInvariant(), token.IsNegative) { Number = field == SearchField.Updated ? Age(value.TrimStart('<', '>'))!.Value : 0, Comparison = Compare(value) };
            else hints.Add("updated: takes an age such as <7d, <12h or >4w");
            return Word(token);
        }

        if (Comparison(token.Text) is var (name, comparison, number) && name.Length > 0)
        {
            return name.ToLowerInvariant() switch
            {
                "params" or "parameters" when Scaled(number, 1000) is { } count => new SearchTerm(SearchField.Parameters, name, token.IsNegative) { Comparison = comparison, Number = count },
                "size" when Size(number) is { } size => new SearchTerm(SearchField.Size, name, token.IsNegative) { Comparison = comparison, Number = size },
                "versions" when Scaled(number, 1000) is { } versions => new SearchTerm(SearchField.Versions, name, token.IsNegative) { Comparison = comparison, Number = versions },
                _ when double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) => new SearchTerm(SearchField.Metric, name, token.IsNegative) { Comparison = comparison, Number = value },
                "params" or "parameters" or "size" or "versions" => Misread($"{name}: takes a number such as {(name.Equals("size", StringComparison.OrdinalIgnoreCase) ? "50MB or 1.5GiB" : "10 or 1M")}"),
                _ => Word(token),
            };
        }

        if (colon > 0 && token.Text[..colon].All(char.IsAsciiLetter)) hints.Add($"{token.Text[..(colon + 1)]} is no filter, so the term is looked for as a word");
        return Word(token);
    }

    private static SearchTerm Word(Token token) => new(SearchField.Word, token.Text.ToLowerInvariant(), token.IsNegative);

    private static SearchField? Filter(string name) => name switch
    {
        "task" => SearchField.Task,
        "arch" or "architecture" => SearchField.Architecture,
        "dataset" => SearchField.Dataset,
        "framework" => SearchField.Framework,
        "format" => SearchField.Format,
        "license" or "licence" => SearchField.License,
        "by" => SearchField.By,
        "tag" => SearchField.Tag,
        "has" => SearchField.Has,
        "is" => SearchField.Is,
        "updated" => SearchField.Updated,
        _ => null,
    };

    private static (string Name, string Comparison, string Number) Comparison(string text)
    {
        var at = text.IndexOfAny(['<', '>']);
        if (at < 1) return ("", "", "");
        var wide = at + 1 < text.Length && text[at + 1] == '=';
        return (text[..at], text.Substring(at, wide ? 2 : 1), text[(at + (wide ? 2 : 1))..]);
    }

    private static string Compare(string value) => value.StartsWith('>') ? ">" : "<";

    private static double? Scaled(string text, double unit)
    {
        if (text.Length == 0) return null;
        var factor = char.ToLowerInvariant(text[^1]) switch { 'k' => unit, 'm' => unit * unit, 'g' or 'b' => unit * unit * unit, 't' => unit * unit * unit * unit, _ => 1 };
        return double.TryParse(factor > 1 ? text[..^1] : text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number * factor : null;
    }

    /// <summary>Bytes: <c>50MB</c> in powers of 1,000, <c>50MiB</c> in powers of 1,024.</summary>
    private static double? Size(string text)
    {
        var number = text.TrimEnd('b', 'B');
        return number.EndsWith('i') || number.EndsWith('I') ? Scaled(number[..^1], 1024) : Scaled(number, 1000);
    }

    /// <summary>An age in seconds: <c>&lt;7d</c>.</summary>
    private static double? Age(string text)
    {
        text = text.TrimStart('<', '>');
        if (text.Length < 2 || !double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return null;
        return text[^1] switch { 'h' => number * 3600, 'd' => number * 86400, 'w' => number * 7 * 86400, 'y' => number * 365 * 86400, _ => null };
    }
}

/// <summary>What a term is about.</summary>
public enum SearchField
{
    Word, Task, Architecture, Dataset, Framework, Format, License, By, Tag, Has, Is, Updated, Metric, Parameters, Size, Versions,
}

/// <summary>One term.</summary>
/// <param name="Field">What it is about.</param>
/// <param name="Value">In lower case, but for a metric's name.</param>
/// <param name="IsNegative">Whether it must not hold.</param>
public sealed record SearchTerm(SearchField Field, string Value, bool IsNegative)
{
    public static readonly ImmutableArray<string> States = ["verified", "failed", "unverified", "yanked", "prerelease", "empty", "broken"];

    public string Comparison { get; init; } = "";

    public double Number { get; init; }
}
