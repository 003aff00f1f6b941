using System.CommandLine;
using ModelRegistry.Diagnostics;
using ModelRegistry.Shared;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg cache prune</c>.</summary>
internal sealed class CacheCommand : ToolCommand
{
    private readonly Argument<string> _action;
    private readonly Option<TimeSpan?> _maxAge;
    private readonly Option<long?> _maxSize;
    private readonly Option<bool> _dryRun;

    public CacheCommand()
        : base("cache", "Make the per-user cache smaller: artifacts, parts of them and clones of registries, least recently used first", "cache prune --max-age 30d", "cache prune --max-size 20GB --dry-run")
    {
        _action = With(new Argument<string>("prune") { Description = "Remove what is too old or too much; what is in use stays", CompletionSources = { "prune" } });
        _maxAge = With(Quantity.Age("--max-age", "Remove what nobody used for this long"));
        _maxSize = With(Quantity.Size("--max-size", "Remove the least recently used until this much is left"));
        _dryRun = With(new Option<bool>("--dry-run") { Description = "Only say what would go" });
    }

    public override ExitCode Run(CommandContext context)
    {
        if (context.Value(_action) is not "prune") throw Codes.Usage.Error($"'{SafeText.OneLine(context.Value(_action)!)}' is nothing that cache does", "write 'modelreg cache prune --max-age 30d'");
        var options = new PruneOptions { MaxAge = context.Value(_maxAge), MaxSize = context.Value(_maxSize), DryRun = context.Value(_dryRun) };
        if (options is { MaxAge: null, MaxSize: null }) throw Codes.Usage.Error("nothing says how old or how large the cache may be", "give --max-age, --max-size or both");
        var done = new RegistryCache(context.Options()).Prune(options, context.Cancellation);
        if (context.Json)
        {
            return CommandContext.Print(json =>
            {
                json.WriteString("cache", done.Directory);
                json.WriteBoolean("dryRun", options.DryRun);
                json.Objects("removed", done.Removed, entry =>
                {
                    json.WriteString("kind", Word(entry.Kind));
                    json.WriteString("path", entry.Path);
                    json.WriteNumber("size", entry.Size);
                    json.Time("lastUse", entry.LastUse);
                });
                json.Strings("inUse", done.InUse);
                json.WriteNumber("left", done.Left);
            });
        }

        if (done.Removed.Count > 0)
        {
            var table = Screen.Table("Kind", "Size", "Last use", "Path");
            foreach (var entry in done.Removed) table.AddRow(Screen.Cell(Word(entry.Kind)), Screen.Cell(Humanise.Bytes(entry.Size)), Screen.Cell(Humanise.Time(entry.LastUse)), Screen.Cell(entry.Path));
            context.Screen.Write(table);
        }

        foreach (var path in done.InUse) context.Confirm($"in use, stays: {path}");
        context.Confirm($"{(options.DryRun ? "would remove" : "removed")} {done.Removed.Count} of {done.Directory}, {Humanise.Bytes(done.Left)} left");
        return ExitCode.Done;
    }

    private static string Word(CacheEntryKind kind) => kind switch { CacheEntryKind.Blob => "artifact", CacheEntryKind.Part => "part", CacheEntryKind.Folder => "folder", _ => "clone" };
}
