using Microsoft.Build.Framework;

namespace ModelRegistry.MSBuild;

/// <summary>Writes the items that describe a registration as the registry reads them.</summary>
internal static class RegistrationItems
{
    /// <summary>A file with its role and its path inside the model.</summary>
    public static FileToRegister File(ITaskItem item) => new(
        item.ItemSpec,
        item.GetMetadata("Role") is { Length: > 0 } role ? role : null,
        item.GetMetadata("ModelPath") is { Length: > 0 } path ? RelativeFilePath.Parse(path.Replace('\\', '/')) : null);

    /// <summary>An item named by the tensor with the metadata <c>Shape</c> and <c>Dtype</c>.</summary>
    public static string Shape(ITaskItem item) => $"{item.ItemSpec}={(item.GetMetadata("Dtype") is { Length: > 0 } dtype ? dtype + ":" : "")}{item.GetMetadata("Shape")}";

    /// <summary>An item named by the key with the metadata <c>Value</c>, or <c>key=value</c>.</summary>
    public static string Pair(ITaskItem item) =>
        item.GetMetadata("Value").Length > 0 || item.ItemSpec.IndexOf('=', StringComparison.Ordinal) < 1 ? $"{item.ItemSpec}={item.GetMetadata("Value")}" : item.ItemSpec;
}
