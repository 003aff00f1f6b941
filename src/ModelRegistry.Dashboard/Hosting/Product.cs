using System.Reflection;

namespace ModelRegistry.Dashboard.Hosting;

internal static class Product
{
    /// <summary>The version of the product, without the commit that it was built from.</summary>
    public static string Version { get; } =
        (typeof(Product).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0").Split('+')[0];
}
