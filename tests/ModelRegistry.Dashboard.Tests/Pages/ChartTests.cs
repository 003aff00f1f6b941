using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Pages;

public sealed partial class ChartTests
{
    [Theory]
    [InlineData(60, 60, 60)]
    [InlineData(200, 200, 1)]
    [InlineData(201, 1, 1)]
    public async Task FamilyPage_StaysSmall_HoweverManyVersionsTheChartShows(int versions, int links, int linksOfPhones)
    {
        using var registry = new TestRegistry();
        Fill(registry, versions);
        await using var dashboard = await RunningDashboard.Start(registry);

        var html = await dashboard.Client.GetStringAsync(new Uri("/models/digits", UriKind.Relative));
        var page = await dashboard.Page("/models/digits");

        Assert.InRange(Encoding.UTF8.GetByteCount(html), 1, 150_000);
        Assert.Equal(links, page.QuerySelectorAll("svg.chart.full a").Length);
        Assert.Equal(linksOfPhones, page.QuerySelectorAll("svg.chart.slim a").Length);
    }

    // The last one is latest and best; files, as a clone has them.
    private static void Fill(TestRegistry registry, int versions)
    {
        var first = registry.Open().Get(registry.Register("digits", 0.001, "1.0.0"));
        var folder = Path.Combine(registry.Root, "digits", "versions");
        var text = File.ReadAllText(Path.Combine(folder, "1.0.0.json"));
        var written = CreatedAt().Match(text).Value;
        for (var i = 1; i < versions; i++)
        {
            File.WriteAllText(Path.Combine(folder, $"1.{i}.0.json"), text
                .Replace("\"version\": \"1.0.0\"", $"\"version\": \"1.{i}.0\"", StringComparison.Ordinal)
                .Replace("\"accuracy\": 0.001", string.Create(CultureInfo.InvariantCulture, $"\"accuracy\": {0.001 + (i * 0.004)}"), StringComparison.Ordinal)
                .Replace(written, $"\"createdAt\": \"{first.CreatedAt.AddHours(i):yyyy-MM-dd'T'HH:mm:ss'Z'}\"", StringComparison.Ordinal));
        }
    }

    [GeneratedRegex("\"createdAt\": \"[^\"]+\"")]
    private static partial Regex CreatedAt();
}
