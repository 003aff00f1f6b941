using System.CommandLine;

namespace ModelRegistry.Tool.CommandLine;

/// <summary>Options whose value is one of a few words, or a number.</summary>
internal static class Choice
{
    public static Option<T> Of<T>(string name, string description, T usual, params IReadOnlyList<(string Word, T Value)> choices)
    {
        var words = string.Join('|', choices.Select(c => c.Word));
        return new Option<T>(name)
        {
            Description = description,
            HelpName = words,
            DefaultValueFactory = _ => usual,
            CustomParser = result =>
            {
                var word = result.Tokens[0].Value;
                foreach (var choice in choices)
                {
                    if (choice.Word == word) return choice.Value;
                }

                result.AddError($"'{word}' is no value of {name}: it takes {words}");
                return usual;
            },
            CompletionSources = { _ => choices.Select(c => c.Word) },
        };
    }

    /// <summary>A whole number from 1; none for no limit.</summary>
    public static Option<int?> Count(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, out var count) && count > 0) return count;
            result.AddError($"'{result.Tokens[0].Value}' is no value of {name}: it takes a whole number from 1");
            return null;
        },
    };
}
