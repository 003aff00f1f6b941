using System.CommandLine;
using ModelRegistry.Diagnostics;
using ModelRegistry.Shared;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;
using ModelRegistry.Verification.Delivery;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg engine</c>: installs, lists and removes what runs networks beside the managed engine.</summary>
internal sealed class EngineCommand : ToolCommand
{
    private readonly Argument<string> _action;
    private readonly Argument<string?> _name;
    private readonly Option<bool> _noCompat;

    public EngineCommand()
        : base("engine", "Install, list or remove an engine for 'modelreg verify --engine NAME'", "engine add torchsharp", "engine list", "engine remove torchsharp")
    {
        _action = With(new Argument<string>("ACTION") { Description = "add, list or remove", CompletionSources = { "add", "list", "remove" } });
        _name = With(new Argument<string?>("NAME") { Description = "The engine: onnxruntime or torchsharp", Arity = ArgumentArity.ZeroOrOne, CompletionSources = { "onnxruntime", "torchsharp" } });
        _noCompat = With(new Option<bool>("--no-compat") { Description = "Leave a library as it is that asks for a newer system than this" });
    }

    public override ExitCode Run(CommandContext context)
    {
        var installer = new EngineInstaller(Path.Combine(AppContext.BaseDirectory, "engines"), context.Options().CacheDirectory);
        return context.Value(_action) switch
        {
            "add" => Add(context, installer, Named(context)),
            "list" when context.Value(_name) is null => List(context, installer),
            "remove" => Remove(context, installer, Named(context)),
            "list" => throw Codes.Usage.Error("'engine list' takes no name", "it lists all engines"),
            var other => throw Codes.Usage.Error($"'{SafeText.OneLine(other!)}' is nothing to do with an engine", "write 'modelreg engine add NAME', 'modelreg engine list' or 'modelreg engine remove NAME'"),
        };
    }

    private string Named(CommandContext context) =>
        context.Value(_name) ?? throw Codes.Usage.Error($"'engine {context.Value(_action)}' needs the name of an engine", "'modelreg engine list' shows what there is");

    private ExitCode Add(CommandContext context, EngineInstaller installer, string name)
    {
        var (engine, created, changed) = installer.Add(name, Directory.GetCurrentDirectory(), !context.Value(_noCompat), context.Cancellation);
        if (context.Json)
        {
            return CommandContext.Print(json =>
            {
                json.WriteString("engine", engine.Engine);
                json.WriteString("version", engine.Version);
                json.WriteString("folder", engine.Folder);
                json.WriteBoolean("created", created);
                json.WriteBoolean("changed", changed);
            });
        }

        context.Confirm($"{engine.Engine} {engine.Version} {(created ? "is installed" : "was installed already")} in {engine.Folder}");
        if (changed)
            context.Confirm($"its library asks for a newer libstdc++ than this system has: in this copy that need is marked weak, the original stands beside it, and --no-compat would leave it");
        return ExitCode.Done;
    }

    private static ExitCode List(CommandContext context, EngineInstaller installer)
    {
        var installed = installer.Installed;
        var missing = installer.Available.Where(name => installed.All(engine => engine.Engine != name)).ToList();
        if (context.Json)
        {
            return CommandContext.Print(json =>
            {
                json.Objects("engines", installed, engine =>
                {
                    json.WriteString("engine", engine.Engine);
                    json.WriteString("version", engine.Version);
                    json.Strings("formats", engine.Formats);
                    json.WriteString("folder", engine.Folder);
                });
                json.Strings("available", missing);
            });
        }

        if (context.Quiet) return ExitCode.Done;
        var table = Screen.Table("ENGINE", "VERSION", "FOLDER");
        table.AddRow(Screen.Cell("managed"), Screen.Cell("comes with modelreg"), Screen.Cell(""));
        foreach (var engine in installed) table.AddRow(Screen.Cell(engine.Engine), Screen.Cell(engine.Version ?? ""), Screen.Cell(engine.Folder));
        foreach (var name in missing) table.AddRow(Screen.Cell(name), Screen.Cell("not installed"), Screen.Cell($"modelreg engine add {name}"));
        context.Screen.Write(table);
        return ExitCode.Done;
    }

    private static ExitCode Remove(CommandContext context, EngineInstaller installer, string name)
    {
        var removed = installer.Remove(name, context.Cancellation);
        if (context.Json)
        {
            return CommandContext.Print(json =>
            {
                json.WriteString("engine", name);
                json.WriteBoolean("removed", removed);
            });
        }

        context.Confirm(removed ? $"{name} is removed" : $"{name} is not installed");
        return ExitCode.Done;
    }
}
