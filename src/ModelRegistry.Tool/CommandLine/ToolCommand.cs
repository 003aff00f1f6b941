using System.CommandLine;
using ModelRegistry.Tool.Hosting;

namespace ModelRegistry.Tool.CommandLine;

/// <summary>A command of <c>modelreg</c>.</summary>
internal abstract class ToolCommand(string name, string description, params IReadOnlyList<string> examples) : Command(name, description)
{
    /// <summary>Command lines for the help, without <c>modelreg</c> in front.</summary>
    public IReadOnlyList<string> Examples => examples;

    /// <summary>Does the work. What fails is thrown.</summary>
    public abstract ExitCode Run(CommandContext context);

    protected T With<T>(T symbol)
        where T : Symbol
    {
        switch (symbol)
        {
            case Option option: Options.Add(option); break;
            case Argument argument: Arguments.Add(argument); break;
        }

        return symbol;
    }
}
