using System.Globalization;
using System.Text;
using ModelRegistry.Diagnostics;
using ModelRegistry.Git;

namespace ModelRegistry.Syncing;

/// <summary>A file that a replayed commit changes.</summary>
/// <param name="Path">The path from the top.</param>
/// <param name="Blob">A blob that the repository has; null with <paramref name="Content"/>, or where the file is removed.</param>
/// <param name="Content">New content; null otherwise.</param>
internal sealed record ReplayedFile(string Path, GitObjectId? Blob, byte[]? Content);

/// <summary>A commit to be made again on another parent.</summary>
internal sealed record ReplayedCommit(GitCommitRecord Original, string Message, IReadOnlyList<ReplayedFile> Files);

/// <summary>
/// Makes commits without touching work tree, index or branch: the whole chain in one <c>git fast-import</c>. Where commits are to be
/// signed each is made once more by <c>git commit-tree -S</c>, because fast-import cannot sign.
/// </summary>
internal static class CommitStream
{
    private const string Temporary = "refs/modelreg/replay";

    public static GitObjectId Write(GitRepository repository, GitObjectId onto, IReadOnlyList<ReplayedCommit> commits, bool sign, CancellationToken cancellation)
    {
        using var stream = new MemoryStream();
        void Line(string text) => stream.Write(Encoding.UTF8.GetBytes(text + "\n"));
        void Data(byte[] bytes)
        {
            Line(string.Create(CultureInfo.InvariantCulture, $"data {bytes.Length}"));
            stream.Write(bytes);
            Line("");
        }

        var committer = repository.Identity(cancellation).Committer;
        Line("feature done");
        Line($"reset {Temporary}\nfrom {onto}\n");
        for (var i = 0; i < commits.Count; i++)
        {
            var commit = commits[i];
            Line($"commit {Temporary}\nmark :{(i + 1).ToString(CultureInfo.InvariantCulture)}");
            Line($"author {Clean(commit.Original.Author)} {Raw(commit.Original.At)}");
            Line($"committer {committer}");
            Data(Encoding.UTF8.GetBytes(commit.Message));
            if (i == 0) Line($"from {onto}");
            foreach (var file in commit.Files)
            {
                if (file.Blob is not null) Line($"M 100644 {file.Blob} {Quoted(file.Path)}");
                else if (file.Content is null) Line($"D {Quoted(file.Path)}");
                else
                {
                    Line($"M 100644 inline {Quoted(file.Path)}");
                    Data(file.Content);
                }
            }

            Line($"get-mark :{(i + 1).ToString(CultureInfo.InvariantCulture)}");
        }

        Line($"reset {Temporary}\nfrom 0000000000000000000000000000000000000000{(onto.Hex.Length == 64 ? new string('0', 24) : "")}\n");
        Line("done");
        var made = repository.TryWrite(["fast-import", "--quiet", "--force", "--date-format=raw"], stream.ToArray(), cancellation: cancellation);
        if (!made.Succeeded) throw Codes.GitFailed.Error($"git fast-import failed in {repository.WorkTree}: {made.Reason}", "nothing was changed; run 'git fsck'");
        var ids = made.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(GitObjectId.Parse).ToList();
        return sign ? Sign(repository, onto, commits, ids, cancellation) : ids[^1];
    }

    private static GitObjectId Sign(GitRepository repository, GitObjectId onto, IReadOnlyList<ReplayedCommit> commits, List<GitObjectId> unsigned, CancellationToken cancellation)
    {
        var parent = onto;
        foreach (var (commit, made) in commits.Zip(unsigned))
        {
            var author = commit.Original.Author;
            var bracket = author.LastIndexOf(" <", StringComparison.Ordinal);
            var environment = new Dictionary<string, string>
            {
                ["GIT_AUTHOR_NAME"] = bracket < 0 ? author : author[..bracket],
                ["GIT_AUTHOR_EMAIL"] = bracket < 0 ? "" : author[(bracket + 2)..].TrimEnd('>'),
                ["GIT_AUTHOR_DATE"] = Raw(commit.Original.At),
            };
            var signed = repository.TryWrite(["commit-tree", "-S", "-p", parent.Hex, made + "^{tree}"], repository.EncodeMessage(commit.Message), environment: environment, cancellation: cancellation);
            if (!signed.Succeeded) throw Codes.CommitRefused.Error($"git could not sign the replayed commit: {signed.Reason}", "nothing was changed; see to the signing key");
            parent = GitObjectId.Parse(signed.Line);
        }

        return parent;
    }

    private static string Raw(DateTimeOffset at)
    {
        var offset = at.Offset;
        return string.Create(CultureInfo.InvariantCulture, $"{at.ToUnixTimeSeconds()} {(offset < TimeSpan.Zero ? '-' : '+')}{Math.Abs(offset.Hours):00}{Math.Abs(offset.Minutes):00}");
    }

    private static string Clean(string author) => author.Replace('\n', ' ').Replace('\0', ' ');

    private static string Quoted(string path) =>
        "\"" + path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + "\"";
}
