using System.CommandLine.Parsing;

namespace ModelRegistry.Tool.Signing;

/// <summary>Splits a command into words: blanks separate, double quotes keep together. No shell sees it.</summary>
internal static class CommandWords
{
    public static IReadOnlyList<string> Split(string command) => [.. CommandLineParser.SplitCommandLine(command)];
}
