using System.CommandLine;
using ModelRegistry.Diagnostics;
using ModelRegistry.Git;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;
using ModelRegistry.Trust;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg log</c>.</summary>
internal sealed class LogCommand : ToolCommand
{
    private readonly Argument<string?> _name;
    private readonly Option<int?> _limit;
    private readonly Option<string?> _allowedSigners;

    public LogCommand()
        : base("log", "Show the audit trail from git: who did what, when, in which commit", "log", "log resnet18 --limit 10", "log --json")
    {
        _name = With(new Argument<string?>("NAME") { Description = "A model [default: all]", HelpName = "NAME", Arity = ArgumentArity.ZeroOrOne, CompletionSources = { Completions.Families } });
        _limit = With(Choice.Count("--limit", "The most entries to show [default: all]"));
        _allowedSigners = With(CommonOptions.Text("--allowed-signers", "FILE", "The ssh keys that commits may be signed with, as ssh-keygen has them; default: what the nearest models.trust.json names"));
    }

    public override ExitCode Run(CommandContext context)
    {
        ModelName? name = null;
        if (context.Value(_name) is { } text)
        {
            ModelArgument.Refuse(context, text);
            name = ModelName.Parse(text);
        }

        var registry = context.OpenWorkingCopy();
        if (name is not null) registry.GetFamily(name, context.Cancellation);
        var entries = registry.Log(name, context.Value(_limit) ?? int.MaxValue, context.Cancellation);
        var signatures = Signatures(context, registry, entries);
        foreach (var entry in entries.Where(entry => entry.Contradiction is not null))
            StandardError.Write("warning", Codes.CommitContradicted.Code, $"{Humanise.Commit(entry.Commit)} ({entry.Summary}) was amended after it was made: {entry.Contradiction}; compare with another clone, and yank the version if nobody can vouch for it");
        if (context.Json) return CommandContext.Print(json => json.Entries(entries, signatures));

        // A column of nothing but dashes tells nobody anything.
        var anySigned = signatures?.Values.Any(signature => signature.State != CommitSignatureState.None) == true;
        var table = anySigned ? Screen.Table("WHEN", "WHO", "WHAT", "DIGEST", "COMMIT", "SIGNATURE") : Screen.Table("WHEN", "WHO", "WHAT", "DIGEST", "COMMIT");
        foreach (var entry in entries)
        {
            table.AddRow(
                Screen.Cell(Humanise.Time(entry.At)),
                Screen.Cell(Humanise.Person(entry.Author)),
                Screen.Cell(entry.Reason is null ? entry.Summary : $"{entry.Summary}: {entry.Reason}", entry.Action is "change" or "alter" or "remove" || entry.Contradiction is not null ? Screen.Notice : Screen.Plain),
                Screen.Cell(entry.Digest is { } digest && Digest.TryParse(digest, out var parsed) ? parsed.ToShortString() : null, Screen.Faint),
                Screen.Cell(Humanise.Commit(entry.Commit)),
                anySigned ? Signature(signatures!.GetValueOrDefault(entry.Commit)) : Screen.Cell(null));
        }

        context.Screen.Write(table);
        return ExitCode.Done;
    }

    private IReadOnlyDictionary<string, CommitSignature>? Signatures(CommandContext context, Registry registry, IReadOnlyList<AuditEntry> entries)
    {
        var signers = context.Value(_allowedSigners) is { } named ? Path.GetFullPath(named, context.Options().WorkingDirectory) : ModelTrustPolicy.Find(null, context.Options().WorkingDirectory)?.Commits?.AllowedSignersPath;
        if (signers is not null && !File.Exists(signers)) throw Codes.Usage.Error($"{signers} does not exist", "name a file in the form of ssh-keygen's ALLOWED SIGNERS");
        return LogDocument.Signatures(registry, entries, signers, context.Cancellation);
    }

    private static Cell Signature(CommitSignature? signature) => signature is null or { State: CommitSignatureState.None }
        ? Screen.Cell(null)
        : Screen.Cell($"{LogDocument.Word(signature.State)}{(signature.Signer is { } signer ? $" ({signer})" : "")}", signature.State switch
        {
            CommitSignatureState.Good => Screen.Good,
            CommitSignatureState.Bad or CommitSignatureState.Revoked => Screen.Bad,
            _ => Screen.Plain,
        });
}
