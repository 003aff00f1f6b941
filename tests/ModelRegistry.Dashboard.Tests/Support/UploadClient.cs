using System.Net.Http.Json;
using System.Text.Json;

namespace ModelRegistry.Dashboard.Tests.Support;

/// <summary>Uploads through the API.</summary>
internal sealed class UploadClient(HttpClient client)
{
    public async Task<string> Draft(string name = "digits") => (await Json("/api/v1/drafts", new { name })).GetProperty("id").GetString()!;

    public async Task<string> Begin(string draft, string name, long size, Digest? digest = null) =>
        (await Json("/api/v1/uploads", new { draft, name, size, digest = digest?.ToString() })).GetProperty("id").GetString()!;

    public Task<HttpResponseMessage> Part(string upload, long offset, byte[] bytes) => Part(upload, offset, new ByteArrayContent(bytes));

    public async Task<HttpResponseMessage> Part(string upload, long offset, HttpContent content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/v1/uploads/{upload}") { Content = content };
        request.Headers.Add("Upload-Offset", $"{offset}");
        return await client.SendAsync(request);
    }

    public async Task<long> Offset(string upload)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, $"/api/v1/uploads/{upload}");
        using var answer = await client.SendAsync(request);
        return long.Parse(answer.Headers.GetValues("Upload-Offset").Single(), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Uploads a whole file and returns what the server says of it.</summary>
    public async Task<JsonElement> Whole(string draft, string name, byte[] bytes)
    {
        using var answer = await Part(await Begin(draft, name, bytes.Length), 0, bytes);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    public Task<JsonElement> Register(string draft, string name = "digits") => Json($"/api/v1/models/{name}/versions", new { draft, verify = false });

    public async Task<JsonElement> Json(string address, object body)
    {
        using var answer = await client.PostAsJsonAsync(new Uri(address, UriKind.Relative), body);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    public static string? Code(JsonElement problem) => problem.TryGetProperty("code", out var code) ? code.GetString() : null;
}
