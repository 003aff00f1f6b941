using System.Reflection;

namespace ModelRegistry.Dashboard.Hosting;

internal static class DashboardVersion
{
    /// <summary>The version of the product, without the commit that it was built from.</summary>
    public static string Text { get; } =
        (typeof(DashboardVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0").Split('+')[0];
}
