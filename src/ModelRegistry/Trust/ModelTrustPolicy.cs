using System.Collections.Immutable;
using ModelRegistry.Diagnostics;
using ModelRegistry.Signing;

namespace ModelRegistry.Trust;

/// <summary>
/// <c>models.trust.json</c>: whom a build believes. It belongs to the consumer, not to the registry, which may be the one that lies.
/// The published form is <c>docs/schemas/models.trust.schema.json</c>.
/// </summary>
public sealed record ModelTrustPolicy
{
    /// <summary>What the file is called.</summary>
    public const string FileName = "models.trust.json";

    /// <summary>What turns the search for a policy off where a path is asked for.</summary>
    public const string None = "none";

    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>What a signature that is missing, or is nobody's who is named here, means.</summary>
    public required TrustMode Mode { get; init; }

    /// <summary>Who is believed, and for which families.</summary>
    public ImmutableArray<PolicySigner> Signers { get; init; } = [];

    /// <summary>How many different signers must have signed. Default 1.</summary>
    public int MinimumSignatures { get; init; } = 1;

    /// <summary>Where a model must come from; null for anywhere.</summary>
    public PolicyProvenance? Provenance { get; init; }

    /// <summary>Who must have signed the commit that added a version; null for anybody.</summary>
    public PolicyCommits? Commits { get; init; }

    /// <summary>Versions that need no signature, each with its reason.</summary>
    public ImmutableArray<PolicyExemption> Exempt { get; init; } = [];

    /// <summary>Finds the policy of a build.</summary>
    /// <param name="named">A path, <see cref="None"/>, or null for the nearest <see cref="FileName"/> from the directory upwards.</param>
    /// <param name="directory">Where the search begins, and what a relative path is relative to.</param>
    /// <returns>The policy; null where there is none or it is off.</returns>
    /// <exception cref="ModelRegistryException">MR0809: it cannot be used.</exception>
    public static ModelTrustPolicy? Find(string? named, string directory)
    {
        if (string.Equals(named, None, StringComparison.OrdinalIgnoreCase)) return null;
        if (!string.IsNullOrEmpty(named)) return Load(System.IO.Path.Combine(directory, named));
        for (var folder = new DirectoryInfo(directory); folder is not null; folder = folder.Parent)
        {
            var path = System.IO.Path.Combine(folder.FullName, FileName);
            if (File.Exists(path)) return Load(path);
        }

        return null;
    }

    /// <summary>Reads a policy. Paths in it are relative to its own folder.</summary>
    /// <exception cref="ModelRegistryException">MR0809: it cannot be read, or says something that is not understood.</exception>
    public static ModelTrustPolicy Load(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        return TrustPolicyReader.Read(SigningFile.Read(full, SigningLimits.MaxKeyFileLength, Codes.TrustPolicyInvalid), full);
    }

    /// <summary>Every file with keys or certificates that the policy names.</summary>
    public IEnumerable<string> KeyFiles => [.. Signers.Select(signer => signer.PublicKeyPath ?? signer.CertificatePath!), .. Commits is { } commits ? [commits.AllowedSignersPath] : Array.Empty<string>()];

    /// <summary>The signers that are believed for a family.</summary>
    public IEnumerable<PolicySigner> SignersOf(ModelName family) => Signers.Where(signer => signer.Covers(family));
}
