using System.Diagnostics;
using System.Globalization;
using System.Text;
using ModelRegistry.Diagnostics;
using ModelRegistry.Names;

namespace ModelRegistry.Git;

/// <summary>Answers questions about objects, one after the other, from one <c>git cat-file --batch</c>.</summary>
internal sealed class GitObjects(Process process) : IDisposable
{
    private readonly Stream _answers = new BufferedStream(process.StandardOutput.BaseStream, 64 * 1024);

    /// <summary>The content of a blob by its name, or by <c>COMMIT:PATH</c>; null where there is none.</summary>
    public (GitObjectId Id, byte[] Content)? Blob(string question) => Ask(question, "blob");

    /// <summary>The entries of a folder of a commit: name and object; empty where there is none.</summary>
    public IReadOnlyList<(string Name, GitObjectId Id)> Folder(GitObjectId commit, string path)
    {
        if (Ask($"{commit}:{path}", "tree") is not (_, var tree)) return [];
        var entries = new List<(string, GitObjectId)>();
        ReadOnlySpan<byte> rest = tree;
        var idLength = commit.Hex.Length / 2;
        while (rest.Length > 0)
        {
            // MODE SP NAME NUL ID
            var space = rest.IndexOf((byte)' ');
            var end = rest.IndexOf((byte)0);
            if (space < 0 || end < space || rest.Length < end + 1 + idLength) throw Broken(path);
            entries.Add((Encoding.UTF8.GetString(rest[(space + 1)..end]), GitObjectId.OfHash(rest.Slice(end + 1, idLength))));
            rest = rest[(end + 1 + idLength)..];
        }

        return entries;
    }

    public void Dispose()
    {
        try
        {
            process.StandardInput.Close();
            if (!process.WaitForExit(TimeSpan.FromSeconds(5))) process.Kill();
        }
        catch (Exception ended) when (ended is IOException or InvalidOperationException)
        {
            // It had ended by itself.
        }

        _answers.Dispose();
        process.Dispose();
    }

    private (GitObjectId Id, byte[] Content)? Ask(string question, string type)
    {
        if (question.Contains('\n', StringComparison.Ordinal)) throw Broken(question);
        process.StandardInput.BaseStream.Write(Encoding.UTF8.GetBytes(question + "\n"));
        process.StandardInput.BaseStream.Flush();
        var header = ReadLine().Split(' ');
        if (header is not [var id, var found, var size] || !int.TryParse(size, CultureInfo.InvariantCulture, out var length)) return header[^1] is "missing" or "ambiguous" ? null : throw Broken(question);
        if (found == "blob" && length > IGitReader.MaxBlobLength)
            throw Codes.GitFailed.Error($"'{Printable.Quote(question)}' is larger than {IGitReader.MaxBlobLength >> 20} MiB, which no file of a registry is", "look at the commit that brought it");
        var content = new byte[length + 1];
        _answers.ReadExactly(content);
        return found == type ? (GitObjectId.Parse(id), content[..length]) : null;
    }

    private string ReadLine()
    {
        var line = new List<byte>();
        for (int next; (next = _answers.ReadByte()) != '\n';)
        {
            if (next < 0) throw Broken("");
            line.Add((byte)next);
        }

        return Encoding.UTF8.GetString([.. line]);
    }

    private static ModelRegistryException Broken(string question) =>
        Codes.GitFailed.Error($"git cat-file gave no answer to '{Printable.Quote(question)}'", "run 'git fsck'");
}
