namespace ModelRegistry.Importing;

/// <summary>Licences as hubs name them, as SPDX does.</summary>
internal static class SpdxNames
{
    private static readonly string[] Known =
    [
        "Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "BSD-3-Clause-Clear", "ISC", "MPL-2.0", "EPL-2.0", "Zlib", "Unlicense", "WTFPL", "PostgreSQL", "AFL-3.0", "Artistic-2.0", "BSL-1.0", "EUPL-1.2", "MS-PL", "NCSA", "OSL-3.0",
        "CC0-1.0", "CC-BY-2.0", "CC-BY-3.0", "CC-BY-4.0", "CC-BY-SA-3.0", "CC-BY-SA-4.0", "CC-BY-NC-3.0", "CC-BY-NC-4.0", "CC-BY-ND-4.0", "CC-BY-NC-ND-4.0", "CC-BY-NC-SA-4.0", "ODbL-1.0", "PDDL-1.0", "CDLA-Permissive-2.0",
    ];

    private static readonly string[] Gnu = ["GPL-2.0", "GPL-3.0", "LGPL-2.1", "LGPL-3.0", "AGPL-3.0"];

    /// <summary>The identifier of SPDX; <c>LicenseRef-…</c> for a licence that has none; null for none.</summary>
    public static string? Of(string? license)
    {
        if (string.IsNullOrWhiteSpace(license) || license is "unknown" || license.Length > 100) return null;
        if (license.StartsWith("LicenseRef-", StringComparison.Ordinal)) return license;
        return Known.FirstOrDefault(known => known.Equals(license, StringComparison.OrdinalIgnoreCase))
            ?? Gnu.FirstOrDefault(known => known.Equals(license, StringComparison.OrdinalIgnoreCase)) switch
            {
                { } gnu => gnu + "-only",
                null => "LicenseRef-" + new string([.. license.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '-')]),
            };
    }
}
