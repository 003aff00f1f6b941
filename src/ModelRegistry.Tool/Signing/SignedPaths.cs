using ModelRegistry.Diagnostics;
using ModelRegistry.Shared;
using ModelRegistry.Signing;

namespace ModelRegistry.Tool.Signing;

/// <summary>Turns paths as a person writes them into paths below a model's folder.</summary>
internal static class SignedPaths
{
    /// <summary>The paths that are left out, and the signature's own where it lies inside.</summary>
    public static IEnumerable<string> Ignored(string root, string signature, IEnumerable<string> given)
    {
        foreach (var path in given)
        {
            // A path of the folder is meant first; one that is not there may be written from the current directory.
            var below = Path.Exists(Path.Combine(root, path)) || !Path.Exists(path) ? Path.Combine(root, path) : path;
            yield return FolderSignature.PathInside(root, below) ?? throw Codes.InvalidPath.Error($"{SafeText.OneLine(path)} is not below {root}", "name a path of the folder that is signed");
        }

        if (FolderSignature.PathInside(root, signature) is { } own) yield return own;
    }
}
