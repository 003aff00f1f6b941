using System.Runtime.ExceptionServices;

namespace ModelRegistry.Files;

/// <summary>Work on many files at once, because waiting for the disk is what takes the time.</summary>
internal static class SideBySide
{
    /// <summary>Runs an action for each index below a count. What one of them throws is thrown as it is.</summary>
    /// <param name="count">How many.</param>
    /// <param name="atOnce">How many at the same time; -1 for as many as the machine likes.</param>
    /// <param name="act">Told the index.</param>
    /// <param name="cancellation">Stops it between two of them.</param>
    public static void Run(int count, int atOnce, Action<int> act, CancellationToken cancellation)
    {
        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellation }, act);
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
    }
}
