using System.Globalization;
using System.Text;

namespace ModelRegistry.MSBuild.References;

/// <summary>
/// The result of a resolution as the targets read it, without a task, in builds that have nothing to resolve: records separated by
/// semicolons, fields by bars. No field can hold a bar or a quote; the rest is escaped twice, because the targets unescape once to split.
/// </summary>
internal static class ResolvedItems
{
    public static string Write(IEnumerable<(ReferenceItem Reference, ModelId Id, ModelFile File)> files)
    {
        var text = new StringBuilder();
        foreach (var (reference, id, file) in files)
        {
            string[] fields =
            [
                $"{reference.Folder}/{file.Path}", file.Role, file.Digest.Value, file.Size.ToString(CultureInfo.InvariantCulture),
                id.Name.Value, id.Version.Value, reference.CopyToOutputDirectory, reference.Pack ? "true" : "false", reference.OutputPath(file),
            ];
            if (text.Length > 0) text.Append(';');
            text.AppendJoin('|', fields.Select(field => ModelFileItems.Escape(ModelFileItems.Escape(field))));
        }

        return text.ToString();
    }
}
