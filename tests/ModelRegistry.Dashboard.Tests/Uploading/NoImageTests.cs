using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Uploading;

public sealed class NoImageTests(NoImageTests.OneModel served) : IClassFixture<NoImageTests.OneModel>
{
    public static IEnumerable<object[]> NoImages =>
    [
        ["text", "hello"u8.ToArray()], ["nothing", Array.Empty<byte>()], ["jpeg", new byte[] { 0xFF, 0xD8, 0xFF, 0xE0, 0, 0x10 }], ["svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray()],
        ["a billion pixels", Png(60_000, 60_000)], ["no pixels", Png(0, 5)], ["cut off", Png(28, 28)[..20]], ["too many pixels", Png(8_001, 8_000)],
    ];

    [Theory]
    [MemberData(nameof(NoImages))]
    public async Task WhatIsNoImage_IsRefusedBeforeItIsDecoded(string what, byte[] bytes)
    {
        using var content = new ByteArrayContent(bytes);
        using var answer = await served.Dashboard.Client.PostAsync(new Uri("/api/v1/models/digits/versions/1.0.0/predict", UriKind.Relative), content);
        using var form = new MultipartFormDataContent { { new StringContent(served.Dashboard.Services.FormToken.Value), "form" } };
        form.Add(new ByteArrayContent(bytes), "input", "x.png");
        using var page = await served.Dashboard.Client.PostAsync(new Uri("/models/digits/1.0.0/try", UriKind.Relative), form);

        Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, what);
        Assert.Equal("MR0923", UploadClient.Code(await answer.Content.ReadFromJsonAsync<JsonElement>()));
        Assert.Equal(HttpStatusCode.BadRequest, page.StatusCode);
        Assert.Contains("MR0923", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static byte[] Png(int width, int height)
    {
        byte[] header = [0x89, .. "PNG"u8, 13, 10, 26, 10, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(16), width);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(20), height);
        return header;
    }

    public sealed class OneModel() : ReadOnlyDashboard(registry => registry.Register("digits", 0.9));
}
