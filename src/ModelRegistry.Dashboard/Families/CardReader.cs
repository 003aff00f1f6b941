using ModelRegistry.Diagnostics;

namespace ModelRegistry.Dashboard.Families;

/// <summary>The model card of a family: its <c>README.md</c>.</summary>
public sealed class CardReader(Registry registry)
{
    public const int MaxLength = 1 << 20;

    private string PathOf(ModelName name) => Path.Combine(registry.Layout.Family(name), "README.md");

    public bool Exists(ModelName name) => File.Exists(PathOf(name));

    /// <summary>The text; cut off after 1 MiB.</summary>
    /// <exception cref="ModelRegistryException">MR0921: the family has no card.</exception>
    public string Read(ModelName name)
    {
        var file = new FileInfo(PathOf(name));
        // A link could lead out of the registry.
        if (!file.Exists || file.LinkTarget is not null) throw DashboardCodes.PageNotFound.Error($"{name} has no model card", $"write one in {name}/README.md of the registry");
        using var stream = file.OpenRead();
        var buffer = new byte[(int)Math.Min(file.Length, MaxLength)];
        var read = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return System.Text.Encoding.UTF8.GetString(buffer, 0, read);
    }
}
