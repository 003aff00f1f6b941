namespace ModelRegistry.Dashboard.Tests.Browser;

/// <summary>A test in a real Chromium. Without one it is skipped by name; in CI that would be a failure.</summary>
internal sealed class ChromiumFactAttribute : FactAttribute
{
    public const string Path = "/usr/bin/chromium";

    public ChromiumFactAttribute()
    {
        if (!File.Exists(Path) && Environment.GetEnvironmentVariable("CI") != "true") Skip = $"needs Chromium at {Path}: apt-get install chromium";
    }
}
