using ModelRegistry.Diagnostics;
using ModelRegistry.Shared;

namespace ModelRegistry.Tool.CommandLine;

/// <summary>Scripts that ask the command itself, through the parser's <c>[suggest:POSITION]</c> directive, what could come next.</summary>
internal static class CompletionScripts
{
    /// <exception cref="ModelRegistryException">MR0115: no such shell.</exception>
    public static string For(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        "fish" => Fish,
        "pwsh" => Pwsh,
        _ => throw Codes.Usage.Error($"'{SafeText.OneLine(shell)}' is no shell that completion is known for", "use bash, zsh, fish or pwsh"),
    };

    // The colon of a selector such as best:f1 ends a word in bash; the part before it is taken off what is offered.
    private const string Bash = """
        _modelreg() {
            local word=${COMP_WORDS[COMP_CWORD]} line
            COMPREPLY=()
            while IFS= read -r line; do
                [[ $line == "$word"* ]] && COMPREPLY+=("$line")
            done < <(modelreg "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)
            [[ ${#COMPREPLY[@]} -gt 0 ]] && declare -F __ltrim_colon_completions >/dev/null && __ltrim_colon_completions "$word"
        }
        complete -o default -F _modelreg modelreg

        """;

    private const string Zsh = """
        #compdef modelreg
        _modelreg() {
            local -a completions
            completions=("${(@f)$(modelreg "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
            compadd -- "${(@)completions:#}"
            _files
        }
        compdef _modelreg modelreg

        """;

    private const string Fish = """
        complete -c modelreg -a '(modelreg "[suggest:"(commandline -C)"]" (commandline -p) 2>/dev/null)'

        """;

    private const string Pwsh = """
        Register-ArgumentCompleter -Native -CommandName modelreg -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            modelreg "[suggest:$cursorPosition]" "$commandAst" 2>$null |
                Where-Object { $_ -like "$wordToComplete*" } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }

        """;
}
