using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Names;

namespace ModelRegistry.Manifests;

/// <summary>What must hold in a manifest beyond the types of its fields.</summary>
internal static class ManifestRules
{
    /// <exception cref="ModelRegistryException">MR0207.</exception>
    public static Manifest Check(Manifest manifest, string where)
    {
        if (manifest.Files.IsDefaultOrEmpty) throw Codes.ManifestInvalid.Error($"{where} names no files", "restore the file with git, or run 'modelreg doctor'");
        // The serializer checks properties for null, but not the elements of lists.
        if (manifest.Files.Any(f => f is null) || manifest.Inputs.Concat(manifest.Outputs).Any(t => t is null))
            throw Codes.ManifestInvalid.Error($"{where} has null in a list", "restore the file with git, or run 'modelreg doctor'");
        var paths = new HashSet<RelativeFilePath>();
        foreach (var file in manifest.Files)
        {
            if (!paths.Add(file.Path)) throw Codes.ManifestInvalid.Error($"{where} names the file {file.Path} twice", "restore the file with git, or run 'modelreg doctor'");
            if (file.Size < 0) throw Codes.ManifestInvalid.Error($"{where} gives {file.Path} a negative size", "restore the file with git, or run 'modelreg doctor'");
            if (!FileRoles.IsValid(file.Role)) throw Codes.ManifestInvalid.Error($"{where} gives {file.Path} the role '{Printable.Quote(file.Role)}'", "a role is a word of a-z 0-9 -");
        }

        foreach (var (name, value) in manifest.Hyperparameters)
        {
            if (!IsReadable(value)) throw Codes.ManifestInvalid.Error($"{where} gives the hyperparameter '{Printable.Quote(name)}' a text that is not valid Unicode", "restore the file with git, or run 'modelreg doctor'");
        }

        return manifest;
    }

    // The parser leaves texts alone until they are asked for, and half a surrogate pair shows only then.
    private static bool IsReadable(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) return true;
        try
        {
            return value.GetString() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
