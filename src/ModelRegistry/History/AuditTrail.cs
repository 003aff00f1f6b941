using System.Globalization;
using ModelRegistry.Diagnostics;
using ModelRegistry.Git;

namespace ModelRegistry.History;

/// <summary>Reads who did what and when from the commits that touched the registry.</summary>
internal sealed class AuditTrail(RegistryContext registry)
{
    private const char Field = '\u001f';
    private const char Record = '\u001e';

    private static readonly string[] Actions = ["register", "promote", "yank", "verify"];

    public IReadOnlyList<AuditEntry> Read(ModelName? name, int limit, CancellationToken cancellation)
    {
        var repository = GitRepository.Find(registry.Layout.Root, registry.Options, cancellation)
            ?? throw Codes.NotARepository.Error($"{registry.Layout.Root} is not in a git repository, so there is no history", "run 'git init' there");
        if (repository.Head(cancellation) is null) return [];
        var path = repository.Relative(name is null ? registry.Layout.Root : registry.Layout.Family(name))!;
        var arguments = new List<string> { "log", "--full-history", $"--format=%H{Field}%an <%ae>{Field}%aI{Field}%s{Field}{Trailer("Model")}{Field}{Trailer("Model-Version")}{Field}{Trailer("Artifact-Digest")}{Field}{Trailer("Source-Commit")}{Record}" };
        if (limit != int.MaxValue) arguments.Add($"--max-count={limit.ToString(CultureInfo.InvariantCulture)}");
        arguments.AddRange(["--", ":(top,literal)" + path]);
        return [.. repository.Run(arguments, cancellation)
            .Split(Record, StringSplitOptions.RemoveEmptyEntries)
            .Select(record => record.Trim('\n', '\r').Split(Field))
            .Where(fields => fields.Length == 8)
            .Select(Entry)];
    }

    private static string Trailer(string key) => $"%(trailers:key={key},valueonly,separator=%x2C)";

    private static AuditEntry Entry(string[] fields) => new()
    {
        Commit = fields[0],
        Author = fields[1],
        At = DateTimeOffset.Parse(fields[2], CultureInfo.InvariantCulture),
        Subject = fields[3],
        Action = fields[4].Length > 0 && Array.Find(Actions, a => fields[3].StartsWith(a + " ", StringComparison.Ordinal)) is { } action ? action : "change",
        Model = OrNull(fields[4]),
        Version = OrNull(fields[5]),
        Digest = OrNull(fields[6]),
        SourceCommit = OrNull(fields[7]),
    };

    private static string? OrNull(string text) => text.Length == 0 ? null : text;
}
