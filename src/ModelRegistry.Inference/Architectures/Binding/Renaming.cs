using System.Diagnostics;
using System.Text.RegularExpressions;
using ModelRegistry.Inference.Architectures.Document;

namespace ModelRegistry.Inference.Architectures.Binding;

/// <summary>Applies the rules of <c>rename</c>, each to what the one before it left, and counts what they did.</summary>
internal sealed class Renaming
{
    private const int LongestName = 4096;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(2);

    private readonly IReadOnlyList<RenameRule> _rules;
    private readonly (int Count, string Example)[] _applied;
    private readonly Stopwatch _time = new();

    internal Renaming(IReadOnlyList<RenameRule> rules) => (_rules, _applied) = (rules, new (int, string)[rules.Count]);

    /// <summary>One line for each rule that has something to say and applied.</summary>
    internal IEnumerable<string> Notes => _rules.Zip(_applied)
        .Where(pair => pair.First.Note is not null && pair.Second.Count > 0)
        .Select(pair => $"{pair.First.Note}: {pair.Second.Count} tensors were {(pair.First.To is null ? "left out" : "renamed")}, such as {pair.Second.Example}");

    /// <returns>Null for a tensor that is left out.</returns>
    /// <exception cref="InferenceException">MR0627: the rules take too long.</exception>
    internal string? Apply(string key)
    {
        _time.Start();
        var name = key;
        for (var i = 0; i < _rules.Count && name is not null; i++)
        {
            var before = name;
            name = Replace(_rules[i], name);
            if (name != before)
                _applied[i] = (_applied[i].Count + 1, _applied[i].Example ?? $"{DisplayText.Escape(before)}{(name is null ? "" : $" to {DisplayText.Escape(name)}")}");
        }

        _time.Stop();
        return name;
    }

    private string? Replace(RenameRule rule, string name)
    {
        try
        {
            var result = rule.To is not null ? rule.From.Replace(name, rule.To) : rule.From.IsMatch(name) ? null : name;
            if (_time.Elapsed > s_limit)
                throw TooSlow(rule);
            return result is null or { Length: <= LongestName } ? result : throw new InferenceException(
                InferenceCodes.RenameRule, $"the rule makes a name of {result.Length} characters", rule.Path, "a name is short");
        }
        catch (RegexMatchTimeoutException)
        {
            throw TooSlow(rule);
        }
    }

    private static InferenceException TooSlow(RenameRule rule) => new(
        InferenceCodes.RenameRule, $"applying the rule '{DisplayText.Escape(rule.From.ToString())}' takes too long", rule.Path, "write it without nested repetition");
}
