using System.Net.Sockets;

namespace ModelRegistry.Stores;

/// <summary>A failure of a store that may pass: it is busy, it said to come back, the connection broke.</summary>
internal sealed class TransientStoreException(string message, TimeSpan? after = null, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>When the store asked to come back.</summary>
    public TimeSpan? After { get; } = after;

    /// <summary>What the store answered; 0 where it did not.</summary>
    public int Status { get; init; }
}

/// <summary>Decides whether to ask once more: five times without progress, each after a longer pause or the one that the store asked for.</summary>
internal sealed class Retries(TimeProvider clock)
{
    private const int Most = 5;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private int _failures;

    /// <summary>Whether asking again may help.</summary>
    public static bool IsTransient(Exception failure, CancellationToken cancellation) =>
        !cancellation.IsCancellationRequested
        && (failure is TransientStoreException or HttpRequestException or SocketException or OperationCanceledException || (failure is IOException and not (FileNotFoundException or DirectoryNotFoundException)));

    /// <summary>Bytes arrived: the count starts again.</summary>
    public void Progressed() => _failures = 0;

    /// <summary>Waits before the next attempt; false where there is none left.</summary>
    public async Task<bool> WaitAsync(Exception failure, CancellationToken cancellation)
    {
        if (++_failures >= Most) return false;
        var pause = failure is TransientStoreException { After: { } asked } ? asked : TimeSpan.FromMilliseconds(200 * Math.Pow(2, _failures - 1) * (0.5 + Random.Shared.NextDouble()));
        await Task.Delay(pause < Longest ? pause : Longest, clock, cancellation).ConfigureAwait(false);
        return true;
    }
}
