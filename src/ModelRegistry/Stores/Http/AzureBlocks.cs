using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace ModelRegistry.Stores.Http;

/// <summary>
/// Uploads a large blob to Azure Blob Storage in blocks (Put Block, Put Block List). The id of a block says which part of the blob it is,
/// so the service's own list of blocks that no blob has yet is what a later process goes on from.
/// </summary>
internal sealed class AzureBlocks(StoreTransport transport, long block)
{
    public async Task PutAsync(Uri address, string file, long size, Action<long> sent, CancellationToken cancellation)
    {
        var there = await SentAsync(address, cancellation).ConfigureAwait(false);
        var other = OtherLength(there.Keys);
        var ids = new List<string>();
        for (var offset = 0L; offset < size; offset += block)
        {
            var (begin, length) = (offset, Math.Min(block, size - offset));
            var id = other is { } idLength ? Number(ids.Count, idLength) : Id(ids.Count);
            ids.Add(id);
            // What another client sent under a mere number is replaced: it may be cut otherwise.
            if (other is null && there.GetValueOrDefault(id) == length) continue;
            var at = With(address, $"comp=block&blockid={Uri.EscapeDataString(id)}");
            using var response = await transport.SendAgainAsync(at, () => new FileContent(file, begin, length, sent).Request(HttpMethod.Put), cancellation).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode) throw transport.Refused(response, address, "PUT of a block");
        }

        var list = Encoding.ASCII.GetBytes($"<BlockList>{string.Concat(ids.Select(id => $"<Latest>{id}</Latest>"))}</BlockList>");
        using var done = await transport.SendAgainAsync(With(address, "comp=blocklist"), () => new HttpRequestMessage(HttpMethod.Put, (Uri?)null) { Content = new ByteArrayContent(list) }, cancellation).ConfigureAwait(false);
        if (!done.IsSuccessStatusCode) throw transport.Refused(done, address, "PUT of the list of blocks");
    }

    // The size is in it, so that blocks of another cut are not taken for these.
    private string Id(int number) => Convert.ToBase64String(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number:d5}-{block:d12}")));

    // All ids of a blob must be of one length, those of another client's unfinished blocks too, which stay for a week.
    private int? OtherLength(IEnumerable<string> ids)
    {
        var own = Id(0).Length;
        return ids.FirstOrDefault(id => id.Length != own) is { } other && Convert.TryFromBase64String(other, new byte[other.Length], out var length) && length > 0 ? length : null;
    }

    private static string Number(int number, int length)
    {
        var id = new byte[Math.Max(length, sizeof(int))];
        BinaryPrimitives.WriteInt32BigEndian(id.AsSpan(id.Length - sizeof(int)), number);
        return Convert.ToBase64String(id.AsSpan(id.Length - length));
    }

    private async Task<Dictionary<string, long>> SentAsync(Uri address, CancellationToken cancellation)
    {
        var at = With(address, "comp=blocklist&blocklisttype=uncommitted");
        var list = await transport.AskXmlAsync(at, static () => new HttpRequestMessage(HttpMethod.Get, (Uri?)null), "the list of blocks", cancellation).ConfigureAwait(false);
        var found = new Dictionary<string, long>(StringComparer.Ordinal);
        // A blob of which nothing was ever sent is not there.
        if (list is null) return found;
        foreach (var sent in list.Element("UncommittedBlocks")?.Below("Block") ?? [])
        {
            if (sent.Element("Name")?.Text is { } id && long.TryParse(sent.Element("Size")?.Text, CultureInfo.InvariantCulture, out var length)) found[id] = length;
        }

        return found;
    }

    private static Uri With(Uri address, string query) => new($"{address.AbsoluteUri}{(address.Query.Length > 0 ? '&' : '?')}{query}");
}
