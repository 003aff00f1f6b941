using System.Globalization;

namespace ModelRegistry.Inference.Architectures.Expressions;

/// <summary>
/// A small total language for sizes and conditions: whole numbers (64 bit, checked), truth values, text in single
/// quotes, <c>+ - * / %</c>, comparisons, <c>&amp;&amp; || !</c>, <c>c ? a : b</c>, <c>list[i]</c>, and the functions
/// <c>dim(key, axis)</c>, <c>rank(key)</c>, <c>has(key)</c>, <c>count(pattern[, start])</c>, <c>min</c>, <c>max</c>,
/// <c>len(list)</c>. No loops, no assignment: it always ends.
/// </summary>
internal sealed class Expression
{
    private readonly Evaluator _evaluate;

    private Expression(Evaluator evaluate) => _evaluate = evaluate;

    /// <exception cref="ExpressionException">The text is not an expression.</exception>
    internal static Expression Parse(string text) => new(new ExpressionParser(text).ParseWhole());

    /// <exception cref="ExpressionException">A name is unknown, a type is wrong, a number overflows.</exception>
    internal ExpressionValue Evaluate(ExpressionScope scope)
    {
        try
        {
            return _evaluate(scope);
        }
        catch (OverflowException)
        {
            throw new ExpressionException("the result does not fit 64 bits");
        }
        catch (DivideByZeroException)
        {
            throw new ExpressionException("division by zero");
        }
    }

    /// <summary>Replaces each <c>{expression}</c> of a name by its value.</summary>
    internal static string Interpolate(string template, ExpressionScope scope)
    {
        var open = template.IndexOf('{', StringComparison.Ordinal);
        if (open < 0)
            return Bounded(template);
        var result = new System.Text.StringBuilder();
        var position = 0;
        while (open >= 0)
        {
            var close = template.IndexOf('}', open);
            if (close < 0)
                throw new ExpressionException(string.Create(CultureInfo.InvariantCulture, $"'{{' at column {open + 1} has no closing '}}'"));
            result.Append(template, position, open - position);
            result.Append(Parse(template[(open + 1)..close]).Evaluate(scope).Interpolated());
            Bounded(result.Length);
            position = close + 1;
            open = template.IndexOf('{', position);
        }

        return Bounded(result.Append(template, position, template.Length - position).ToString());
    }

    private static string Bounded(string name)
    {
        Bounded(name.Length);
        return name;
    }

    // Arguments that double a name at each call would grow without bound.
    private static void Bounded(int length)
    {
        if (length > ArchitectureLimits.NameLength)
            throw new ExpressionException($"the name grows beyond {ArchitectureLimits.NameLength} characters");
    }
}

/// <summary>A parsed expression, ready to be evaluated many times.</summary>
internal delegate ExpressionValue Evaluator(ExpressionScope scope);

/// <summary>An expression that cannot be parsed or evaluated. Caught where the JSON path is known, and given a code there.</summary>
internal sealed class ExpressionException : Exception
{
    internal ExpressionException(string message)
        : base(message)
    {
    }
}
