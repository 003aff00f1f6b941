using AngleSharp.Html.Parser;
using ModelRegistry.Dashboard.Export;
using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Export;

public sealed class LayerChunkTests
{
    [Fact]
    public async Task LargeTree_IsCutIntoPages_ThatTogetherHoldEveryTensor()
    {
        using var registry = new TestRegistry();
        // Blocks of unequal shape, so that no run folds them; one module that is large by itself, and one level that is long.
        var tensors = Enumerable.Range(0, 30).SelectMany(block => Enumerable.Range(0, 30).Select(layer => ($"encoder.{block}.part{layer}.weight", new[] { block + 1, layer + 1 })))
            .Concat(Enumerable.Range(0, 250).Select(i => ($"bank.slot{i}", new[] { i + 1 }))).ToArray();
        registry.Register("large", 0.9, weights: TestRegistry.Safetensors(tensors));
        var site = Path.Combine(registry.Folder, "site");
        await using var services = new DashboardServices(registry.Open(), new DashboardOptions { Export = site }, TimeProvider.System);

        new SiteExporter(services, CancellationToken.None).Run(site);

        var pages = Directory.EnumerateFiles(Path.Combine(site, "models", "large", "1.0.0", "layers"), "index.html", SearchOption.AllDirectories).ToList();
        var shown = new List<string>();
        foreach (var file in pages)
        {
            Assert.InRange(new FileInfo(file).Length, 1, 600_000);
            var page = await new HtmlParser().ParseDocumentAsync(await File.ReadAllTextAsync(file));
            shown.AddRange(page.QuerySelectorAll("[data-tensor]").Select(t => t.GetAttribute("data-tensor")!));
            foreach (var more in page.QuerySelectorAll("a.more")) Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(file)!, more.GetAttribute("href")!.Split('#')[0])), $"{file} leads to {more.GetAttribute("href")}");
        }

        Assert.InRange(pages.Count, 4, 60);
        Assert.Equal(tensors.Select(t => t.Item1).Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
    }
}
