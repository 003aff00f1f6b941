using System.CommandLine;
using System.CommandLine.Parsing;
using ModelRegistry.Diagnostics;
using ModelRegistry.Signing;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;

namespace ModelRegistry.Tool.Signing;

/// <summary>The options that say who signs; shared by every command that does.</summary>
internal sealed class SignerOptions(Func<Option, Option> add)
{
    private readonly Option<string?> _key = Added(add, CommonOptions.Text("--key", "KEY.pem", "Sign with this private key (P-256, P-384 or P-521); the password of an encrypted one comes from MODELREG_SIGNING_PASSWORD or a prompt"));
    private readonly Option<string?> _certificate = Added(add, CommonOptions.Text("--certificate", "CHAIN.pem", "Sign as the holder of a certificate: the signer's first, the authorities above it after it"));
    private readonly Option<string?> _command = Added(add, CommonOptions.Text("--sign-with", "COMMAND", "Let a command sign: it reads the bytes on standard input and writes the signature in DER"));
    private readonly Option<string?> _publicKey = Added(add, CommonOptions.Text("--public-key", "KEY.pem", "The public key of --sign-with, where no certificate is given"));

    /// <summary>Whether any of them is given.</summary>
    public bool Given(CommandContext context) => context.Value(_key) is not null || context.Value(_command) is not null;

    public ModelSigner Open(CommandContext context)
    {
        var (key, command) = (context.Value(_key), context.Value(_command));
        if (key is null == command is null) throw Codes.Usage.Error("the command line does not say who signs", "give either --key KEY.pem or --sign-with COMMAND");
        return key is not null
            ? ModelSigner.FromKey(key, context.Value(_certificate), () => SigningPassword.Ask(key))
            : ModelSigner.FromCommand(CommandWords.Split(command!), context.Value(_publicKey), context.Value(_certificate));
    }

    private static Option<string?> Added(Func<Option, Option> add, Option<string?> option)
    {
        add(option);
        return option;
    }
}

/// <summary>Splits a command into words: blanks separate, double quotes keep together. No shell sees it.</summary>
internal static class CommandWords
{
    public static IReadOnlyList<string> Split(string command) => [.. CommandLineParser.SplitCommandLine(command)];
}
