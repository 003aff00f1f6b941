using System.CommandLine;
using ModelRegistry.Tool.Hosting;

namespace ModelRegistry.Tool.CommandLine;

/// <summary>The arguments that name a version: <c>NAME</c>, <c>NAME/SELECTOR</c> or <c>NAME SELECTOR</c>.</summary>
internal static class ModelArgument
{
    public const string SelectorHelp = "latest, best, best:METRIC[:min|max], 1.1.0, 1.*, ^1.2, [1.0,2.0), @ALIAS or sha256:DIGEST";

    public static Argument<string> Name(string description = "The model: NAME, NAME/VERSION or NAME/SELECTOR") => new("NAME")
    {
        Description = description,
        HelpName = "NAME",
        CompletionSources = { Completions.Names },
    };

    /// <summary>The model, where a command can do without one.</summary>
    public static Argument<string?> OptionalName() => new("NAME")
    {
        Description = "The model: NAME, NAME/VERSION or NAME/SELECTOR",
        HelpName = "NAME",
        Arity = ArgumentArity.ZeroOrOne,
        CompletionSources = { Completions.Names },
    };

    /// <summary>Several of them: <c>NAME</c> for all versions, <c>NAME/SELECTOR</c> for one.</summary>
    public static Argument<string[]> Names(ArgumentArity arity) => new("NAME")
    {
        Description = $"NAME for all versions of a model, NAME/SELECTOR for one{(arity.MinimumNumberOfValues == 0 ? " [default: all versions of all models]" : "")}",
        HelpName = "NAME",
        Arity = arity,
        CompletionSources = { Completions.Names },
    };

    /// <summary>Reads them.</summary>
    public static IReadOnlyList<ModelReference> Read(CommandContext context, Argument<string[]> names)
    {
        foreach (var name in context.Value(names)!) Refuse(context, name);
        return [.. context.Value(names)!.Select(name => ModelReference.Parse(name))];
    }

    /// <param name="name">The argument that names the model, for completion.</param>
    public static Argument<string?> Selector(Argument name) => new("SELECTOR")
    {
        Description = SelectorHelp,
        HelpName = "SELECTOR",
        Arity = ArgumentArity.ZeroOrOne,
        CompletionSources = { Completions.SelectorsOf(name) },
    };

    /// <summary>Reads the two arguments.</summary>
    public static ModelReference Read(CommandContext context, Argument<string> name, Argument<string?> selector) =>
        Parse(context, context.Value(name)!, context.Value(selector));

    /// <summary>Reads a name and a selector; a misspelt option among them is told as such.</summary>
    public static ModelReference Parse(CommandContext context, string name, string? selector)
    {
        Refuse(context, name);
        if (selector is not null) Refuse(context, selector);
        return ModelReference.Parse(name, selector);
    }

    /// <summary>Throws where a word is a misspelt option. <c>-x</c> is left to the rules for names.</summary>
    public static void Refuse(CommandContext context, string word)
    {
        if (word.StartsWith("--", StringComparison.Ordinal)) throw UsageErrors.Unknown(word, context.Command);
    }
}
