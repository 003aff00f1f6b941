using ModelRegistry.Diagnostics;

namespace ModelRegistry.MSBuild;

/// <summary>The folder in the output that a model goes to.</summary>
internal static class LinkFolder
{
    /// <summary>Reads what a project says; an empty text means <c>models/NAME</c>, <c>.</c> the output folder itself.</summary>
    /// <exception cref="ModelRegistryException">MR0704: not a folder inside the output.</exception>
    public static string Parse(string? text, ModelName name)
    {
        if (string.IsNullOrWhiteSpace(text)) return "models/" + name;
        var folder = text.Trim().Replace('\\', '/').TrimEnd('/');
        if (folder == ".") return "";
        if (RelativeFilePath.TryParse(folder, out var path)) return path.Value;
        throw Codes.InvalidReference.Error($"LinkBase '{text.Trim()}' of {name} is not a folder inside the output", "use a relative path such as models/resnet18");
    }

    /// <summary>Where a file of the model goes, relative to the output folder.</summary>
    public static string Join(string linkBase, RelativeFilePath path) => linkBase.Length == 0 ? path.Value : $"{linkBase}/{path}";
}
