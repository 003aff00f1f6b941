using System.Net;
using ModelRegistry.Dashboard.Charts;
using ModelRegistry.Dashboard.Search;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Pages;

/// <summary>Models as people have them: in shards, with lost bytes, broken manifests, long names and long notes.</summary>
public sealed class UncommonModelsTests(UncommonModelsTests.Uncommon served) : IClassFixture<UncommonModelsTests.Uncommon>
{
    [Fact]
    public async Task Version_InShards_IsCountedWhole()
    {
        var page = await served.Dashboard.Page("/models/sharded/1.0.0");
        var found = await served.Dashboard.Page("/?q=params%3E100");

        var tile = page.QuerySelectorAll(".tile").Single(t => t.QuerySelector(".k")!.TextContent == "parameters");
        Assert.Equal("144", tile.QuerySelector(".v")!.TextContent);
        Assert.StartsWith("2 tensors", tile.QuerySelector(".d")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("sharded", found.QuerySelector("li.row h3")!.TextContent);
    }

    [Fact]
    public async Task BytesMissing_IsSaidInTheListAndBeforeTrying()
    {
        var list = await served.Dashboard.Page("/");
        var fragment = await served.Dashboard.Page("/fragments/models?q=lost");
        var page = await served.Dashboard.Page("/models/lost/1.0.0/try");

        Assert.Equal(["lost"], list.QuerySelectorAll("li.row").Where(r => r.TextContent.Contains("bytes missing", StringComparison.Ordinal)).Select(r => r.QuerySelector("h3")!.TextContent));
        Assert.Contains("bytes missing", fragment.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("not in this store", page.QuerySelector(".note.warn")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Family_OneManifestBroken_SaysThatLatestIsUnknown_AndItsPageLeadsBack()
    {
        var family = await served.Dashboard.Page("/models/broken");
        var version = await served.Dashboard.Page("/models/broken/1.0.0", HttpStatusCode.InternalServerError);

        Assert.Equal("unknown", family.QuerySelector(".tile .v")!.TextContent);
        Assert.Contains("MR0207", version.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(["/models/broken", "/"], version.QuerySelectorAll("main a.btn").Select(a => a.GetAttribute("href")!));
    }

    [Fact]
    public async Task NotFound_LeadsToWhatMayBeMeant_AndWritesNamesAsTheyAre()
    {
        var model = await served.Dashboard.Page("/models/shardet", HttpStatusCode.NotFound);
        var version = await served.Dashboard.Page("/models/sharded/7.0.0", HttpStatusCode.NotFound);

        Assert.Equal("/models/sharded", model.QuerySelector("main p a.mono")!.GetAttribute("href"));
        Assert.Equal("/models/sharded/1.0.0", version.QuerySelector("main p a.mono")!.GetAttribute("href"));
        Assert.Contains("sharded has no version 7.0.0.", version.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_NotesOfSeveralLines_KeepThem()
    {
        var memo = (await served.Dashboard.Page("/models/notes/compare?v=1.0.0&v=1.1.0")).QuerySelectorAll("tr").Single(r => r.QuerySelector("th")!.TextContent == "memo");

        Assert.Equal(["first\nsecond", "other"], memo.QuerySelectorAll("td:not(.num)").Select(td => td.TextContent));
    }

    [Fact]
    public async Task Family_MetricWithAVeryLongName_IsAddedToTheTableOnlyWhenAsked()
    {
        var page = await served.Dashboard.Page("/models/notes");
        var asked = await served.Dashboard.Page("/models/notes?col=accuracy&col=" + Uncommon.LongMetric);

        Assert.DoesNotContain(page.QuerySelectorAll("thead th"), th => th.TextContent.Contains(Uncommon.LongMetric, StringComparison.Ordinal));
        Assert.Contains(page.QuerySelectorAll("a.chip"), a => a.TextContent == "+ " + Uncommon.LongMetric);
        Assert.Contains(asked.QuerySelectorAll("thead th.long"), th => th.TextContent.Contains(Uncommon.LongMetric, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("acuracy>0.5", "no model has a metric acuracy: accuracy may be meant")]
    [InlineData("size<many", "size: takes a number such as 50MB or 1.5GiB")]
    [InlineData("params>huge", "params: takes a number such as 10 or 1M")]
    public async Task Search_ThatCannotFindAnything_SaysWhy(string query, string hint) =>
        Assert.Equal(hint, (await served.Dashboard.Page("/?q=" + Uri.EscapeDataString(query))).QuerySelector("#results p.note span")!.TextContent);

    [Theory]
    [InlineData("size<50MB", 50_000_000)]
    [InlineData("size<50MiB", 52_428_800)]
    [InlineData("size<1.5GiB", 1_610_612_736)]
    [InlineData("size<7k", 7000)]
    public void Search_Sizes_AreReadInBothUnits(string query, double bytes) => Assert.Equal(bytes, Assert.Single(SearchQuery.Parse(query).Terms).Number);

    [Theory]
    // A line that rises to the right leaves room on the left, one that falls from the left on the right; in a valley there is room only below.
    [InlineData(150.0, 60.0, "end", 88)]
    [InlineData(60.0, 150.0, "start", 88)]
    [InlineData(150.0, 150.0, "middle", 88)]
    [InlineData(60.0, 60.0, "middle", 120)]
    public void Chart_Labels_StandWhereNoLineGoes(double before, double after, string anchor, double y)
    {
        var label = Assert.Single(ChartLabels.Place([new ChartLabel("production", "p")], (300, 100), (before, after), preferAbove: true, (50, 800, 34, 206)));

        Assert.Equal((anchor, y), (label.Anchor, label.Y));
    }

    public sealed class Uncommon() : ReadOnlyDashboard(Fill)
    {
        public const string LongMetric = "calibration-error-on-the-set-of-2026";

        private static void Fill(TestRegistry registry)
        {
            var folder = Directory.CreateDirectory(Path.Combine(registry.Folder, "made", "shards")).FullName;
            File.WriteAllBytes(Path.Combine(folder, "model-00001-of-00002.safetensors"), TestRegistry.Safetensors(("a.weight", [8, 8])));
            File.WriteAllBytes(Path.Combine(folder, "model-00002-of-00002.safetensors"), TestRegistry.Safetensors(("b.weight", [8, 10])));
            File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), """{"metadata":{"total_size":576},"weight_map":{"a.weight":"model-00001-of-00002.safetensors","b.weight":"model-00002-of-00002.safetensors"}}""");
            registry.Register("sharded", change: r => r with { Files = [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(f => new FileToRegister(f))] });
            registry.Register("notes", 0.5, metrics: m => m[LongMetric] = 0.1, change: r => r with { Notes = "first\nsecond" });
            registry.Register("notes", 0.6, change: r => r with { Notes = "other" });
            registry.Register("broken", 0.5);
            registry.Register("broken", 0.6);
            File.WriteAllText(Path.Combine(registry.Root, "broken", "versions", "1.0.0.json"), "{ broken");
            var lost = registry.Register("lost", 0.5);
            var blob = Path.Combine(registry.Folder, "models", "blobs", "sha256", registry.Open().Get(lost).Weights.Digest.Hex);
            File.SetAttributes(blob, FileAttributes.Normal);
            File.Delete(blob);
        }
    }
}
