using System.Text;
using System.Xml;
using System.Xml.Linq;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Stores.Http;

/// <summary>Answers that are XML, as buckets and containers give them.</summary>
internal static class XmlAnswers
{
    // A list of ten thousand parts is a few MiB.
    private const int Longest = 64 << 20;

    /// <returns>The document; null where there is none (404).</returns>
    /// <exception cref="ModelRegistryException">MR0317: refused, or no XML.</exception>
    public static async Task<XDocument?> AskXmlAsync(this StoreTransport transport, Uri address, Func<HttpRequestMessage> make, string what, CancellationToken cancellation)
    {
        var answer = await transport.AskAsync(address, make, what, Longest, cancellation).ConfigureAwait(false);
        if (answer is null) return null;
        try
        {
            // A document type could grow without bound, or name files of this machine.
            using var reader = XmlReader.Create(new MemoryStream(answer), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            return XDocument.Load(reader);
        }
        catch (XmlException failure)
        {
            throw Codes.StoreRefused.Error($"{StoreTransport.Show(address)} answers {what} with something that is no XML", "check the address in registry.json", failure);
        }
    }

    /// <summary>The body of a request.</summary>
    public static byte[] Bytes(XElement element) => Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting));
}
