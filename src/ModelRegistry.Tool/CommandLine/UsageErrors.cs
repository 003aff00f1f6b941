using System.CommandLine;
using System.CommandLine.Parsing;
using ModelRegistry.Diagnostics;
using ModelRegistry.Shared;

namespace ModelRegistry.Tool.CommandLine;

/// <summary>Turns what the parser could not use into one coded line.</summary>
internal static class UsageErrors
{
    /// <summary>The failure; null where the command line is in order.</summary>
    public static ModelRegistryException? Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens is [var unknown, ..]) return Unknown(unknown, command);
        if (parsed.Errors is [var error, ..]) return Codes.Usage.Error(OneLine(error), HelpHint(command));
        return command is ToolCommand ? null : Codes.Usage.Error("no command was given", "'modelreg --help' lists the commands");
    }

    /// <summary>The failure for a word that is neither an option nor, where the command takes none, an argument.</summary>
    public static ModelRegistryException Unknown(string word, Command command)
    {
        var isRoot = command is RootCommand;
        var known = word.StartsWith('-') ? OptionNames(command) : command.Subcommands.Select(c => c.Name);
        var near = NearNames.Nearest(word, known);
        var what = word.StartsWith('-') ? "option" : isRoot ? "command" : "argument";
        return Codes.Usage.Error(
            $"'{SafeText.OneLine(word)}' is not {(what is "option" or "argument" ? "an" : "a")} {what} of {(isRoot ? "modelreg" : command.Name)}",
            near is null ? HelpHint(command) : $"did you mean {near}?");
    }

    /// <summary>The names of the options of a command, long ones only.</summary>
    public static IEnumerable<string> OptionNames(Command command) =>
        command.Options.Concat(command.Parents.OfType<Command>().SelectMany(parent => parent.Options)).Select(option => option.Name);

    private static string HelpHint(Command command) =>
        command is RootCommand ? "'modelreg --help' lists the commands" : $"see 'modelreg {command.Name} --help'";

    private static string OneLine(ParseError error)
    {
        var text = string.Join(' ', error.Message.Split((char[])['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).TrimEnd('.');
        return text.Length > 0 && char.IsAsciiLetterUpper(text[0]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;
    }
}
