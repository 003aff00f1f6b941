using System.Text;

namespace ModelRegistry.Dashboard.Linking;

/// <summary>
/// Makes every internal address. A page is named by its path from the root of the site (<c>/models/resnet18/1.1.0</c>); what becomes of it
/// depends on where the site stands: at the root of a server, below a base path, or in the files of an export, where every address is relative.
/// </summary>
public sealed class Links
{
    private readonly string _basePath;
    private readonly string? _exportedPage;

    private Links(string basePath, string? exportedPage, string assets)
    {
        _basePath = basePath;
        _exportedPage = exportedPage;
        AssetFolder = assets;
    }

    /// <summary>The folder of the assets, named after their content.</summary>
    public string AssetFolder { get; }

    /// <summary>Whether the pages are files: nothing can be asked or changed.</summary>
    public bool IsExport => _exportedPage is not null;

    public static Links Served(string basePath, string assets) => new(basePath, null, assets);

    /// <param name="page">The path of the page that the links stand on.</param>
    /// <param name="assets">The folder of the assets.</param>
    public static Links Exported(string page, string assets) => new("", page, assets);

    public string Models => Page("/");

    public string Activity => Page("/activity");

    public string Health => Page("/health");

    public string Api => Page("/api");

    public string NewModel => Page("/new");

    public string Family(string name, string page = "") => Page($"/models/{Segment(name)}{Tail(page)}");

    public string Version(string name, string version, string page = "") => Page($"/models/{Segment(name)}/{Segment(version)}{Tail(page)}");

    public string File(string name, string version, string path) => Raw(FilePath(name, version, "files", path));

    /// <summary>A file that is shown as an image.</summary>
    public string Image(string name, string version, string path) => Raw(FilePath(name, version, "images", path));

    public string Compare(string name, params IEnumerable<string> versions) =>
        IsExport
            ? Page($"/models/{Segment(name)}/compare/{string.Join("...", versions.Select(Segment))}")
            : Page($"/models/{Segment(name)}/compare") + Query(versions.Select(v => ("v", (string?)v)));

    /// <summary>A page with a query; the pairs without a value are left out.</summary>
    public static string WithQuery(string page, params IEnumerable<(string Key, string? Value)> query) => page + Query(query);

    public string Asset(string name) => Raw($"/assets/{AssetFolder}/{name}");

    /// <summary>The address of a page of the site.</summary>
    public string Page(string path) => _exportedPage is null ? _basePath + (path == "/" && _basePath.Length > 0 ? "" : path) : Relative(FileOf(path));

    /// <summary>The address of something that is no page.</summary>
    public string Raw(string path) => _exportedPage is null ? _basePath + path : Relative(path);

    /// <summary>The file that an exported page is written to, from the root of the site.</summary>
    public static string FileOf(string page) => page == "/" ? "/index.html" : page.TrimEnd('/') + "/index.html";

    /// <summary>One segment of a path: letters, digits and <c>- . _ ~ @ : ,</c> as they are, everything else escaped.</summary>
    public static string Segment(string text)
    {
        if (text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~' or '@' or ':' or ',')) return text;
        var escaped = new StringBuilder(text.Length + 8);
        foreach (var c in Uri.EscapeDataString(text)) escaped.Append(c);
        return escaped.ToString();
    }

    private static string FilePath(string name, string version, string kind, string path) => $"/models/{Segment(name)}/{Segment(version)}/{kind}/{string.Join('/', path.Split('/').Select(Segment))}";

    private static string Tail(string page) => page.Length == 0 ? "" : "/" + page;

    private static string Query(IEnumerable<(string Key, string? Value)> query)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in query)
        {
            if (value is null) continue;
            text.Append(text.Length == 0 ? '?' : '&').Append(key).Append('=').Append(Uri.EscapeDataString(value));
        }

        return text.ToString();
    }

    // From the page's own file to another one: up to the root, then down. Addresses stay short where they share a folder.
    private string Relative(string target)
    {
        var from = FileOf(_exportedPage!).Split('/')[1..^1];
        var to = target.Split('/')[1..];
        var common = 0;
        while (common < from.Length && common < to.Length - 1 && from[common] == to[common]) common++;
        return string.Concat(Enumerable.Repeat("../", from.Length - common)) is var up && up.Length + to.Length > common
            ? (up.Length == 0 && to.Length - common == 1 ? "./" : up) + string.Join('/', to[common..])
            : up;
    }
}
