using System.Security.Cryptography;
using System.Text;

namespace ModelRegistry.Dashboard.Security;

/// <summary>The token of <c>--token</c>: 256 bits, shown once, compared in constant time, ten failures a minute.</summary>
internal sealed class AccessToken(TimeProvider clock)
{
    private const int FailuresAMinute = 10;

    private readonly Lock _lock = new();
    private readonly Queue<long> _failures = new();

    public string Value { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>Whether the text is the token; null where too many were wrong lately, so that it was not compared.</summary>
    public bool? Matches(string? given)
    {
        lock (_lock)
        {
            while (_failures.TryPeek(out var oldest) && clock.GetElapsedTime(oldest) > TimeSpan.FromMinutes(1)) _failures.Dequeue();
            if (given is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.ASCII.GetBytes(Value)))) return true;
            if (given is null) return false;
            if (_failures.Count >= FailuresAMinute) return null;
            _failures.Enqueue(clock.GetTimestamp());
            return false;
        }
    }
}
