using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Git;

namespace ModelRegistry.Tool.Output;

/// <summary>What <c>log</c> prints for scripts.</summary>
internal static class LogDocument
{
    public static void Entries(this Utf8JsonWriter json, IEnumerable<AuditEntry> entries, IReadOnlyDictionary<string, CommitSignature>? signatures) => json.Objects("entries", entries, entry =>
    {
        json.WriteString("commit", entry.Commit);
        json.WriteString("author", entry.Author);
        json.Time("at", entry.At);
        json.WriteString("action", entry.Action);
        json.WriteString("subject", entry.Subject);
        json.WriteString("model", entry.Model);
        json.WriteString("version", entry.Version);
        json.WriteString("alias", entry.Alias);
        json.WriteString("reason", entry.Reason);
        json.WriteString("renumberedFrom", entry.RenumberedFrom);
        json.WriteString("contradiction", entry.Contradiction);
        json.WriteString("digest", entry.Digest);
        json.WriteString("sourceCommit", entry.SourceCommit);
        if (signatures?.GetValueOrDefault(entry.Commit) is not { } signature)
        {
            json.WriteNull("signature");
            return;
        }

        json.WriteStartObject("signature");
        json.WriteString("state", Word(signature.State));
        json.WriteString("signer", signature.Signer);
        json.WriteString("key", signature.Key);
        json.WriteEndObject();
    });

    /// <summary>What the signatures of the entries' commits are worth; null where nothing is there that could tell.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="entries">Entries of its log.</param>
    /// <param name="signers">A file with the ssh keys that are believed; null for none.</param>
    /// <param name="cancellation">Stops it.</param>
    public static IReadOnlyDictionary<string, CommitSignature>? Signatures(Registry registry, IEnumerable<AuditEntry> entries, string? signers, CancellationToken cancellation)
    {
        try
        {
            return registry.GetCommitSignatures(entries.Select(entry => entry.Commit), signers, cancellation);
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic == Codes.GitMissing)
        {
            // What stands in for git reads commits and checks no signature.
            return null;
        }
    }

    public static string Word(CommitSignatureState state) => state switch
    {
        CommitSignatureState.None => "none",
        CommitSignatureState.Good => "good",
        CommitSignatureState.Bad => "bad",
        CommitSignatureState.Expired => "expired",
        CommitSignatureState.Revoked => "revoked",
        CommitSignatureState.NotChecked => "not checked",
        _ => "unknown",
    };
}
