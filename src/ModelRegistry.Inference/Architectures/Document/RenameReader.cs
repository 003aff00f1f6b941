using System.Text.RegularExpressions;

namespace ModelRegistry.Inference.Architectures.Document;

/// <summary>One rule of <c>rename</c>: what keys of the file look like, and what the network calls them.</summary>
/// <param name="From">A regular expression over a key.</param>
/// <param name="To">What stands for each match, with <c>$1</c> for its first group; null leaves the tensor out.</param>
/// <param name="Note">Said when the rule applied; null for a rule that is part of how the network is written.</param>
/// <param name="Path">Where it stands.</param>
internal sealed record RenameRule(Regex From, string? To, string? Note, string Path);

/// <summary>Reads <c>rename</c>.</summary>
internal static class RenameReader
{
    private const int MostRules = 1024;
    private static readonly TimeSpan s_matchLimit = TimeSpan.FromMilliseconds(200);

    internal static List<RenameRule> Read(JsonCursor? rules)
    {
        if (rules is not { } list)
            return [];
        var result = list.Items().Select(ReadRule).ToList();
        return result.Count <= MostRules ? result : throw list.Malformed($"at most {MostRules} rules are allowed");
    }

    private static RenameRule ReadRule(JsonCursor rule)
    {
        rule.Allow("from", "to", "drop", "note");
        var (from, to) = (rule.Required("from"), rule.Optional("to"));
        if ((rule.Optional("drop")?.Boolean() ?? false) == (to is not null))
            throw rule.Malformed("a rule says either 'to' or \"drop\": true");
        if (from.Text().Length is 0 or > ArchitectureLimits.ExpressionLength)
            throw from.Malformed($"a regular expression of 1 to {ArchitectureLimits.ExpressionLength} characters is expected");
        if (to?.Text().Length > ArchitectureLimits.NameLength)
            throw to.Value.Malformed($"a replacement of at most {ArchitectureLimits.NameLength} characters is expected");
        try
        {
            return new RenameRule(new Regex(from.Text(), RegexOptions.CultureInvariant, s_matchLimit), to?.Text(), rule.Optional("note")?.Text(), rule.Path);
        }
        catch (ArgumentException exception)
        {
            throw new InferenceException(InferenceCodes.RenameRule, $"'{DisplayText.Escape(from.Text())}' is no regular expression: {exception.Message}", from.Path, inner: exception);
        }
    }
}
