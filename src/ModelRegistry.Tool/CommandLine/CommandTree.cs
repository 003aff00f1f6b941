using System.CommandLine;
using System.CommandLine.Help;
using ModelRegistry.Tool.Commands;

namespace ModelRegistry.Tool.CommandLine;

/// <summary>All commands. Only the one that is called is built, because building all of them takes longer than resolving a model.</summary>
internal static class CommandTree
{
    /// <summary><c>@production</c> is a selector and no response file; <c>-x</c> is one token.</summary>
    public static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    /// <summary>In the order of the help.</summary>
    public static readonly string[] Names =
        ["init", "register", "import", "list", "show", "resolve", "pull", "verify", "scan", "inspect", "convert", "architectures", "compare", "promote", "alias", "yank", "unyank", "renumber", "log", "lineage", "sign", "verify-signature", "attach", "doctor", "push", "sync", "export", "outdated", "store", "gc", "cache", "engine", "serve", "completion"];

    /// <summary>The root with the command that these arguments call, or with all where that is not plain from the first of them.</summary>
    public static RootCommand For(string[] args)
    {
        var called = args.Length > 0 ? Make(args[0]) : null;
        var root = new RootCommand("A registry of machine-learning models in git: register, resolve, compare and audit versions.")
        {
            GlobalOptions.Registry, GlobalOptions.Json, GlobalOptions.Quiet, GlobalOptions.Verbose,
        };
        foreach (var option in root.Options)
        {
            if (option is HelpOption help) help.Action = new HelpWithExamples((HelpAction)help.Action!);
        }

        if (called is not null) root.Subcommands.Add(called);
        else foreach (var name in Names) root.Subcommands.Add(Make(name)!);
        return root;
    }

    private static ToolCommand? Make(string name) => name switch
    {
        "init" => new InitCommand(),
        "register" => new RegisterCommand(),
        "list" => new ListCommand(),
        "show" => new ShowCommand(),
        "resolve" => new ResolveCommand(),
        "pull" => new PullCommand(),
        "verify" => new VerifyCommand(),
        "architectures" => new ArchitecturesCommand(),
        "scan" => new ScanCommand(),
        "inspect" => new InspectCommand(),
        "convert" => new ConvertCommand(),
        "compare" => new CompareCommand(),
        "promote" => new PromoteCommand(),
        "alias" => new AliasCommand(),
        "yank" => new YankCommand(),
        "unyank" => new UnyankCommand(),
        "renumber" => new RenumberCommand(),
        "sync" => new SyncCommand(),
        "log" => new LogCommand(),
        "lineage" => new LineageCommand(),
        "push" => new PushCommand(),
        "export" => new ExportCommand(),
        "import" => new ImportCommand(),
        "outdated" => new OutdatedCommand(),
        "store" => new StoreCommand(),
        "gc" => new GcCommand(),
        "cache" => new CacheCommand(),
        "engine" => new EngineCommand(),
        "sign" => new SignCommand(),
        "verify-signature" => new VerifySignatureCommand(),
        "attach" => new AttachCommand(),
        "doctor" => new DoctorCommand(),
        "serve" => new ServeCommand(),
        "completion" => new CompletionCommand(),
        _ => null,
    };
}
