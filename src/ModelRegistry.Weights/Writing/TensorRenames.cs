using System.Text.RegularExpressions;

namespace ModelRegistry.Weights;

/// <summary>A rule that gives tensors other names while they are converted.</summary>
/// <param name="Pattern">A regular expression; what it matches is replaced, everywhere in the name.</param>
/// <param name="Replacement">What stands in its place; <c>$1</c> is the first group.</param>
public sealed record TensorRename(string Pattern, string Replacement);

/// <summary>Applies prefix and rules of a conversion to names, within a time limit: expressions come from users and names from files.</summary>
internal static class TensorRenames
{
    private const int MatchMilliseconds = 1000;

    /// <exception cref="WeightsFormatException">MR0542: a rule is no expression, takes too long, or gives one name to two tensors.</exception>
    internal static IReadOnlyList<NamedTensor> Apply(IReadOnlyList<NamedTensor> tensors, ConversionOptions options)
    {
        if (options.StripPrefix is null && options.Rename.Count == 0)
        {
            return tensors;
        }

        var rules = options.Rename.Select(rule => (Expression(rule), rule.Replacement)).ToList();
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var renamed = new List<NamedTensor>(tensors.Count);
        foreach (var (name, tensor) in tensors)
        {
            var other = Stripped(name, options.StripPrefix);
            foreach (var (expression, replacement) in rules)
            {
                other = Replace(expression, other, replacement);
            }

            if (other.Length == 0)
            {
                throw Bad($"tensor {Display.Quote(name)} would have no name");
            }

            if (!names.TryAdd(other, name))
            {
                throw Bad($"tensors {Display.Quote(names[other])} and {Display.Quote(name)} would both be {Display.Quote(other)}");
            }

            renamed.Add(new NamedTensor(other, tensor));
        }

        return options.StripPrefix is { Length: > 0 } prefix && !tensors.Any(t => t.Name.StartsWith(prefix, StringComparison.Ordinal))
            ? throw Bad($"no tensor's name begins with {Display.Quote(prefix)}")
            : renamed;
    }

    private static string Stripped(string name, string? prefix) => prefix is { Length: > 0 } && name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;

    private static Regex Expression(TensorRename rule)
    {
        try
        {
            return new Regex(rule.Pattern, RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(MatchMilliseconds));
        }
        catch (ArgumentException e)
        {
            throw new WeightsFormatException(WritingError.Rename, $"{Display.Quote(rule.Pattern)} is no regular expression: {Display.Escape(e.Message)}", inner: e);
        }
    }

    private static string Replace(Regex expression, string name, string replacement)
    {
        try
        {
            return expression.Replace(name, replacement);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new WeightsFormatException(WritingError.Rename, $"{Display.Quote(expression.ToString())} takes more than {MatchMilliseconds} ms on {Display.Quote(name)}", hint: "write a simpler expression", inner: e);
        }
    }

    private static WeightsFormatException Bad(string what) => new(WritingError.Rename, $"the tensors cannot be renamed like that: {what}", hint: "make the rules tell them apart");
}
