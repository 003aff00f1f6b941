using System.Text;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Git;

/// <summary>
/// What git says of the signatures of commits, as <c>git verify-commit</c> does, in one process for all of them. Only the usual programs check
/// (<c>ssh-keygen</c>, <c>gpg</c>, <c>gpgsm</c>): what a configuration names instead is never started.
/// </summary>
internal static class CommitSignatures
{
    private const int Fields = 5;

    private static readonly string[] Programs =
    [
        "-c", "gpg.program=gpg", "-c", "gpg.openpgp.program=gpg", "-c", "gpg.x509.program=gpgsm", "-c", "gpg.ssh.program=ssh-keygen",
    ];

    /// <summary>Checks commits.</summary>
    /// <param name="repository">Where they are.</param>
    /// <param name="commits">The commits.</param>
    /// <param name="allowedSigners">A file in the form of <c>ssh-keygen</c>'s ALLOWED SIGNERS; null where nobody who signs with ssh is known.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ModelRegistryException">MR0401: there is no git; MR0403: it does not know a commit.</exception>
    public static IReadOnlyDictionary<string, CommitSignature> Read(GitRepository repository, IReadOnlyCollection<GitObjectId> commits, string? allowedSigners, CancellationToken cancellation)
    {
        var signatures = new Dictionary<string, CommitSignature>(StringComparer.Ordinal);
        if (commits.Count == 0) return signatures;
        // Without a file git says nothing of a signature, not even that there is one.
        string[] signers = ["-c", "gpg.ssh.allowedSignersFile=" + (allowedSigners ?? "/dev/null")];
        var input = Encoding.ASCII.GetBytes(string.Concat(commits.Select(commit => commit.Hex + "\n")));
        var answer = repository.RunRaw([.. Programs, .. signers, "log", "-z", "--no-walk=unsorted", "--stdin", "--no-color", "--no-notes", "--no-mailmap", "--encoding=UTF-8", "--format=%H%x00%G?%x00%GS%x00%GF%x00%GK"], input, cancellation);
        var fields = answer.Output.Split('\0');
        for (var i = 0; i + Fields <= fields.Length; i += Fields)
        {
            var (state, signer, key) = (State(fields[i + 1]), fields[i + 2], fields[i + 3].Length > 0 ? fields[i + 3] : fields[i + 4]);
            signatures[fields[i].Trim()] = new CommitSignature(state, signer.Length > 0 ? signer : null, key.Length > 0 ? key : null);
        }

        return signatures;
    }

    // git-log(1), %G?: good, bad, good of unknown validity, good and expired, good by an expired or revoked key, cannot be checked, none.
    private static CommitSignatureState State(string letter) => letter switch
    {
        "G" => CommitSignatureState.Good,
        "B" => CommitSignatureState.Bad,
        "U" => CommitSignatureState.Unknown,
        "X" or "Y" => CommitSignatureState.Expired,
        "R" => CommitSignatureState.Revoked,
        "E" => CommitSignatureState.NotChecked,
        _ => CommitSignatureState.None,
    };
}
