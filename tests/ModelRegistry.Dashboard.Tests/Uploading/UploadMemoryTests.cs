using System.Net;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Uploading;

/// <summary>A server holds no file in memory, however it arrives.</summary>
public sealed class UploadMemoryTests
{
    private const int Part = 1 << 20, Parts = 200;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Upload_OfAManyTimesLargerFile_TakesLittleMemory(bool form)
    {
        if (!OperatingSystem.IsLinux()) return;
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        using var server = await DashboardProcess.Start(registry.Folder);
        // Whatever is compiled and loaded at first use is there before it counts.
        var uploads = new UploadClient(server.Client);
        var page = await server.Client.GetStringAsync(new Uri("/models/digits/new", UriKind.Relative));
        await uploads.Whole(await uploads.Draft(), "labels.txt", "0\n"u8.ToArray());
        var before = server.PeakMemory;

        if (form)
        {
            const string Start = "name=\"form\" value=\"";
            var at = page.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
            using var content = new MultipartFormDataContent { { new StringContent(page[at..page.IndexOf('"', at)]), "form" }, { new StringContent("digits"), "name" }, { new StringContent("save"), "do" }, { new Repeated(), "files", "data.bin" } };
            using var answer = await server.Client.PostAsync(new Uri("/drafts", UriKind.Relative), content);
            Assert.Contains("data.bin", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        else
        {
            var upload = await uploads.Begin(await uploads.Draft(), "data.bin", (long)Part * Parts);
            using var answer = await uploads.Part(upload, 0, new Repeated());
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.InRange(server.PeakMemory - before, 0, (long)Part * Parts / 2);
    }

    private sealed class Repeated : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var part = new byte[Part];
            for (var i = 0; i < Parts; i++) await stream.WriteAsync(part);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = (long)Part * Parts;
            return true;
        }
    }
}
