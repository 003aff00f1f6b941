using ModelRegistry.Diagnostics;
using ModelRegistry.Names;

namespace ModelRegistry.Signing;

/// <summary>What a signature of a registered version says: the files of its manifest. No file is read, because every use of one verifies its digest.</summary>
internal static class VersionStatement
{
    /// <summary>The statement that vouches for a version. It does not depend on the number, so a renumbered version keeps its signatures.</summary>
    public static ModelStatement Of(Manifest manifest) => new()
    {
        Name = manifest.Name.Value,
        Resources = [.. manifest.Files.OrderBy(file => file.Path.Value, CodePointOrder.Instance).Select(file => new SignedResource(file.Path.Value, file.Digest))],
    };

    /// <summary>Checks that a bundle covers exactly the files of a manifest.</summary>
    /// <exception cref="ModelRegistryException">MR0803: something is missing, extra or different; MR0802: what it signs cannot be read.</exception>
    public static void Check(Manifest manifest, SignatureBundle bundle)
    {
        var statement = bundle.Statement(bundle.Envelope.Payload);
        if (statement.ShardSize is not null) throw Differs(manifest, bundle, "it covers shards, and a registry knows whole files");
        var signed = statement.Resources.ToDictionary(resource => resource.Path, resource => resource.Digest, StringComparer.Ordinal);
        foreach (var file in manifest.Files)
        {
            if (!signed.TryGetValue(file.Path.Value, out var digest)) throw Differs(manifest, bundle, $"'{file.Path}' is not signed");
            if (digest != file.Digest) throw Differs(manifest, bundle, $"'{file.Path}' is not what was signed");
        }

        if (signed.Count == manifest.Files.Length) return;
        var known = manifest.Files.Select(file => file.Path.Value).ToHashSet(StringComparer.Ordinal);
        throw Differs(manifest, bundle, $"'{Printable.Quote(signed.Keys.Where(path => !known.Contains(path)).Order(StringComparer.Ordinal).First())}' is signed and not part of it");
    }

    private static ModelRegistryException Differs(Manifest manifest, SignatureBundle bundle, string how) =>
        Codes.SignatureDiffers.Error($"{bundle.Where} does not vouch for {manifest.Id}: {how}", "restore the signature with git, or let somebody trusted sign this version");
}
