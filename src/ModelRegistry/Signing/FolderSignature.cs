using System.Runtime.InteropServices;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Names;

namespace ModelRegistry.Signing;

/// <summary>Signs and verifies a model that lies in a plain folder, in no registry.</summary>
public static class FolderSignature
{
    /// <summary>Signs every file of a folder, or one file.</summary>
    /// <param name="path">The folder or file.</param>
    /// <param name="signer">Who signs.</param>
    /// <param name="ignored">Paths from the folder that are left out with all below them; <c>.git</c>, <c>.gitignore</c>, <c>.gitattributes</c> and <c>.github</c> at its top always are.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ModelRegistryException">MR0107, MR0109, MR0112: not a model that can be signed; MR0117: a file cannot be read; MR0808: the signing command failed.</exception>
    public static SignatureBundle Sign(string path, ModelSigner signer, IEnumerable<string>? ignored = null, CancellationToken cancellation = default) => Reading(path, () =>
    {
        var folder = new SignableFolder(path, ignored ?? []);
        var files = folder.Paths();
        var resources = new SignedResource[files.Count];
        SideBySide.Run(files.Count, Environment.ProcessorCount, i => resources[i] = new SignedResource(SignedResource.CheckPath(files[i]), folder.Hash(files[i])), cancellation);
        var statement = new ModelStatement { Name = folder.Name, Resources = ImmutableCollectionsMarshal.AsImmutableArray(resources), IgnoredPaths = [.. folder.Ignored] };
        return signer.Sign(statement.Write(), $"the signature of {path}", cancellation);
    });

    /// <summary>Verifies that a signature is a trusted signer's and that it covers exactly the files that are there.</summary>
    /// <param name="path">The folder or file.</param>
    /// <param name="bundle">The signature.</param>
    /// <param name="signer">Who is believed.</param>
    /// <param name="now">The time at which certificates must be valid.</param>
    /// <param name="ignored">Paths that may be there without being signed, such as the signature's own.</param>
    /// <param name="ignoreUnsigned">Let files be there that are not signed.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The signed paths.</returns>
    /// <exception cref="ModelRegistryException">MR0801–MR0803, MR0805, MR0806, MR0812: not signed so; MR0107, MR0109, MR0117: the files cannot be read.</exception>
    public static IReadOnlyList<string> Verify(
        string path, SignatureBundle bundle, TrustedSigner signer, DateTimeOffset now, IEnumerable<string>? ignored = null, bool ignoreUnsigned = false, CancellationToken cancellation = default)
    {
        var statement = bundle.Statement(signer.Verify(bundle, now));
        return Reading(path, () => Compare(path, bundle, statement, ignored ?? [], ignoreUnsigned, cancellation));
    }

    /// <summary>A path as a signature names it: from the folder, with <c>/</c>; null where it is not below the folder.</summary>
    public static string? PathInside(string folder, string path) => SignableFolder.Inside(folder, path);

    private static List<string> Compare(string path, SignatureBundle bundle, ModelStatement statement, IEnumerable<string> ignored, bool ignoreUnsigned, CancellationToken cancellation)
    {
        var folder = new SignableFolder(path, statement.IgnoredPaths.Concat(ignored));
        var present = folder.Paths().ToHashSet(StringComparer.Ordinal);
        var single = File.Exists(path) && statement.Resources is [{ Path: SignedResource.Itself }] ? folder.Name : null;
        var signed = statement.Resources.Select(resource => single is null ? resource : resource with { Path = single }).ToList();
        foreach (var resource in signed)
        {
            if (!present.Contains(resource.Path)) throw Differs(bundle, $"'{Printable.Quote(resource.Path)}' is signed and not there");
        }

        SideBySide.Run(signed.Count, Environment.ProcessorCount, i =>
        {
            if (folder.Hash(signed[i].Path, signed[i].Range) != signed[i].Digest) throw Differs(bundle, $"'{Printable.Quote(signed[i].Name)}' is not what was signed");
        }, cancellation);
        var paths = signed.Select(resource => resource.Path).Distinct(StringComparer.Ordinal).ToList();
        if (statement.ShardSize is not null)
        {
            foreach (var file in signed.GroupBy(resource => resource.Path, StringComparer.Ordinal))
            {
                if (folder.Length(file.Key) != file.Max(resource => resource.Range!.Value.End)) throw Differs(bundle, $"'{Printable.Quote(file.Key)}' is longer than what was signed");
            }
        }

        // Shards of an empty file are none, so only its name is missing.
        var unsigned = present.Except(paths, StringComparer.Ordinal).Where(file => statement.ShardSize is null || folder.Length(file) > 0).Order(CodePointOrder.Instance).FirstOrDefault();
        if (unsigned is not null && !ignoreUnsigned) throw Differs(bundle, $"'{Printable.Quote(unsigned)}' is there and not signed");
        return paths;
    }

    private static ModelRegistryException Differs(SignatureBundle bundle, string how) =>
        Codes.SignatureDiffers.Error($"{bundle.Where} is for other files: {how}", "get the files that were signed, or let somebody trusted sign these");

    private static T Reading<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, failure);
        }
        catch (FormatException failure)
        {
            throw Codes.InvalidPath.Error($"a file of {path} cannot be signed: {failure.Message}", "rename it", failure);
        }
    }

    private static ModelRegistryException Unreadable(string path, Exception failure) =>
        Codes.SourceUnreadable.Error($"cannot read {path}: {failure.Message}", "check the permissions", failure);
}
