using System.Buffers;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace ModelRegistry.MSBuild;

/// <summary>The files of a model as items that flow to the output like any content.</summary>
internal static class ModelFileItems
{
    public const string DefaultCopy = "PreserveNewest";

    private static readonly SearchValues<char> Special = SearchValues.Create("%*?@$();'");

    public static ITaskItem Make(string path, ModelFile file, ModelId id, string linkBase, string copyToOutputDirectory)
    {
        var link = LinkFolder.Join(linkBase, file.Path);
        var item = new TaskItem(Escape(path));
        item.SetMetadata("ModelName", id.Name.Value);
        item.SetMetadata("ModelVersion", id.Version.Value);
        item.SetMetadata("Role", file.Role);
        item.SetMetadata("Digest", file.Digest.Value);
        item.SetMetadata("Size", file.Size.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (file.Format is not null) item.SetMetadata("Format", file.Format);
        item.SetMetadata("ModelFilePath", Escape(file.Path.Value));
        item.SetMetadata("Link", Escape(link));
        item.SetMetadata("TargetPath", Escape(link));
        item.SetMetadata("CopyToOutputDirectory", copyToOutputDirectory);
        // What a package holds is said by those who make it; content would go in unasked.
        item.SetMetadata("Pack", "false");
        return item;
    }

    /// <summary>Escapes what MSBuild gives a meaning to (learn.microsoft.com, "MSBuild special characters").</summary>
    public static string Escape(string value)
    {
        if (value.AsSpan().IndexOfAny(Special) < 0) return value;
        var escaped = new System.Text.StringBuilder(value.Length + 8);
        foreach (var c in value)
        {
            if (Special.Contains(c)) escaped.Append('%').Append(((int)c).ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
            else escaped.Append(c);
        }

        return escaped.ToString();
    }
}
