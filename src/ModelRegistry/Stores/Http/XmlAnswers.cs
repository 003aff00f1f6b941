using System.Text;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Stores.Http;

/// <summary>Answers that are XML, as buckets and containers give them.</summary>
internal static class XmlAnswers
{
    // A list of ten thousand parts is a few MiB.
    private const int Longest = 64 << 20;

    private static readonly UTF8Encoding s_text = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <returns>The root of the answer; null where there is none (404).</returns>
    /// <exception cref="ModelRegistryException">MR0317: refused, or no XML.</exception>
    public static async Task<AnswerElement?> AskXmlAsync(this StoreTransport transport, Uri address, Func<HttpRequestMessage> make, string what, CancellationToken cancellation)
    {
        var answer = await transport.AskAsync(address, make, what, Longest, cancellation).ConfigureAwait(false);
        if (answer is null) return null;
        try
        {
            return Parse(answer);
        }
        catch (FormatException failure)
        {
            throw Codes.StoreRefused.Error($"{StoreTransport.Show(address)} answers {what} with something that is no XML", "check the address in registry.json", failure);
        }
    }

    /// <exception cref="FormatException">It is no XML in UTF-8.</exception>
    public static AnswerElement Parse(ReadOnlySpan<byte> answer)
    {
        try
        {
            return AnswerElement.Parse(s_text.GetString(answer.StartsWith(Encoding.UTF8.Preamble) ? answer[Encoding.UTF8.Preamble.Length..] : answer));
        }
        catch (DecoderFallbackException failure)
        {
            throw new FormatException("no UTF-8", failure);
        }
    }
}
