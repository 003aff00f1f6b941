using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ModelRegistry.Stores.S3;

/// <summary>A key pair, and the token that goes with a temporary one.</summary>
internal sealed record S3Credential(string AccessKey, string SecretKey, string? SessionToken, string Source)
{
    /// <summary>When it must be asked for again.</summary>
    public DateTimeOffset Expires { get; init; } = DateTimeOffset.MaxValue;
}

/// <summary>AWS Signature Version 4 in the Authorization header ("Signature Version 4 signing process", Create a signed AWS API request).</summary>
internal static class S3Signature
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>SHA-256 of no bytes: the body of a GET.</summary>
    public const string EmptyBody = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// <summary>Signs a request: every header that it has so far, and the time.</summary>
    /// <param name="request">Complete but for the signature.</param>
    /// <param name="bodyHash">SHA-256 of the body in hex.</param>
    /// <param name="credential">Who signs.</param>
    /// <param name="region">The region.</param>
    /// <param name="service"><c>s3</c>.</param>
    /// <param name="now">The time.</param>
    public static void Sign(HttpRequestMessage request, string bodyHash, S3Credential credential, string region, string service, DateTimeOffset now)
    {
        var time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var uri = request.RequestUri!;
        request.Headers.Remove("x-amz-date");
        request.Headers.TryAddWithoutValidation("x-amz-date", time);
        if (service == "s3") request.Headers.TryAddWithoutValidation("x-amz-content-sha256", bodyHash);
        if (credential.SessionToken is { } token) request.Headers.TryAddWithoutValidation("x-amz-security-token", token);

        var headers = request.Headers
            .Where(h => h.Key.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase))
            .Select(h => (Name: h.Key.ToLowerInvariant(), Value: string.Join(',', h.Value).Trim()))
            .Append((Name: "host", Value: uri.IsDefaultPort ? uri.Host : uri.Authority))
            .OrderBy(h => h.Name, StringComparer.Ordinal)
            .ToList();
        var names = string.Join(';', headers.Select(h => h.Name));
        var canonical = $"{request.Method.Method}\n{uri.AbsolutePath}\n{Query(uri)}\n{string.Concat(headers.Select(h => $"{h.Name}:{h.Value}\n"))}\n{names}\n{bodyHash}";
        var scope = $"{time[..8]}/{region}/{service}/aws4_request";
        var text = $"{Algorithm}\n{time}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = new[] { time[..8], region, service, "aws4_request" }.Aggregate(Encoding.UTF8.GetBytes("AWS4" + credential.SecretKey), Hmac);
        request.Headers.TryAddWithoutValidation("Authorization", $"{Algorithm} Credential={credential.AccessKey}/{scope}, SignedHeaders={names}, Signature={Convert.ToHexStringLower(Hmac(key, text))}");
    }

    // Parameters by name, each with its '=', encoded as in the address.
    private static string Query(Uri uri) => string.Join('&', uri.Query.TrimStart('?')
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(parameter => parameter.Contains('=', StringComparison.Ordinal) ? parameter : parameter + "=")
        .Order(StringComparer.Ordinal));

    private static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}
