using System.Globalization;
using System.Text;
using System.Text.Json;
using ModelRegistry.Names;

namespace ModelRegistry.Signing;

/// <summary>
/// A payload and one signature over it: a DSSE envelope, version 1 (https://github.com/secure-systems-lab/dsse/blob/master/envelope.md).
/// </summary>
/// <param name="Payload">The bytes that are signed: an in-toto statement.</param>
/// <param name="Signature">An ECDSA signature in DER.</param>
internal sealed record DsseEnvelope(byte[] Payload, byte[] Signature)
{
    /// <summary>The type of every payload that is read and written here.</summary>
    public const string PayloadType = "application/vnd.in-toto+json";

    /// <summary>What is signed: the pre-authentication encoding of a payload.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> payload) =>
        [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"DSSEv1 {PayloadType.Length} {PayloadType} {payload.Length} ")), .. payload];

    /// <summary>
    /// What version 0.2.0 of the reference implementation signed in its place: "DSSEV1", and the payload as Python prints bytes.
    /// </summary>
    public static byte[] EncodeAsVersion020(ReadOnlySpan<byte> payload) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"DSSEV1 {PayloadType.Length} {PayloadType} {payload.Length} {PythonBytes(payload)}"));

    public static DsseEnvelope Read(JsonElement envelope)
    {
        var type = envelope.Member("payloadType").Text("payloadType");
        if (type != PayloadType) throw new FormatException($"the payload is '{Printable.Quote(type)}', not {PayloadType}");
        var payload = envelope.Member("payload").Base64("payload", SigningLimits.MaxBundleLength);
        var signatures = envelope.Member("signatures").Items("signatures", most: 1).ToList();
        if (signatures.Count != 1) throw new FormatException("it has no signature");
        return new DsseEnvelope(payload, signatures[0].Member("sig").Base64("sig", SigningLimits.MaxSignatureLength));
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteBase64String("payload", Payload);
        json.WriteString("payloadType", PayloadType);
        json.WriteStartArray("signatures");
        json.WriteStartObject();
        json.WriteBase64String("sig", Signature);
        json.WriteString("keyid", "");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string PythonBytes(ReadOnlySpan<byte> bytes)
    {
        var quote = bytes.Contains((byte)'\'') && !bytes.Contains((byte)'"') ? '"' : '\'';
        var text = new StringBuilder(bytes.Length + 3).Append('b').Append(quote);
        foreach (var value in bytes)
        {
            switch ((char)value)
            {
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                case '\\': text.Append("\\\\"); break;
                case var c when c == quote: text.Append('\\').Append(c); break;
                case < ' ' or > '~': text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}"); break;
                case var c: text.Append(c); break;
            }
        }

        return text.Append(quote).ToString();
    }
}
