using System.Globalization;
using ModelRegistry.Dashboard.Hosting;

namespace ModelRegistry.Dashboard.Security;

/// <summary>The values of <c>Host</c> that requests may have: exactly these, so that no name that is made to point here (DNS rebinding) is served.</summary>
internal sealed class AllowedHosts(DashboardOptions options)
{
    /// <summary>Whether a request to a port may name a host.</summary>
    public bool Allows(string? host, int port)
    {
        if (string.IsNullOrEmpty(host)) return false;
        var suffix = ":" + port.ToString(CultureInfo.InvariantCulture);
        foreach (var name in Names())
        {
            if (host.Equals(name + suffix, StringComparison.OrdinalIgnoreCase)) return true;
        }

        foreach (var allowed in options.AllowedHosts)
        {
            if (host.Equals(allowed, StringComparison.OrdinalIgnoreCase) || (!allowed.Contains(':', StringComparison.Ordinal) && host.Equals(allowed + suffix, StringComparison.OrdinalIgnoreCase))) return true;
        }

        return false;
    }

    private IEnumerable<string> Names()
    {
        yield return "localhost";
        yield return "127.0.0.1";
        yield return "[::1]";
        if (options.Host is { } host && host is not ("0.0.0.0" or "::" or "[::]")) yield return host.Contains(':', StringComparison.Ordinal) && host[0] != '[' ? $"[{host}]" : host;
    }
}
