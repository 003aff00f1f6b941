using System.CommandLine;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg completion</c>.</summary>
internal sealed class CompletionCommand : ToolCommand
{
    private readonly Argument<string> _shell;

    public CompletionCommand()
        : base(
            "completion",
            "Print a script that teaches a shell to complete modelreg: commands, options and model names",
            "completion bash >> ~/.bashrc",
            "completion zsh > ~/.zfunc/_modelreg",
            "completion fish > ~/.config/fish/completions/modelreg.fish",
            "completion pwsh >> $PROFILE")
    {
        _shell = With(new Argument<string>("SHELL") { Description = "bash, zsh, fish or pwsh", HelpName = "SHELL", CompletionSources = { "bash", "zsh", "fish", "pwsh" } });
    }

    public override ExitCode Run(CommandContext context)
    {
        var shell = context.Value(_shell)!;
        ModelArgument.Refuse(context, shell);
        StandardOutput.Write(System.Text.Encoding.UTF8.GetBytes(CompletionScripts.For(shell)));
        return ExitCode.Done;
    }
}
