using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using ModelRegistry.Inference.Kernels.Memory;

namespace ModelRegistry.Inference.Kernels.Threading;

/// <summary>
/// A fixed set of threads and their scratch memory. Each has a stretch of the pieces, so that from kernel to kernel what it wrote is in its
/// own cache when it reads it; pieces are taken a few at a time, and who is done helps the others, so uneven ones even out.
/// One caller at a time; with one worker everything runs on the caller's thread. A kernel's result never depends on the number of workers.
/// </summary>
internal sealed unsafe class WorkSplitter : IDisposable
{
    private const int Closed = int.MinValue;

    // Within a burst kernels follow each other in microseconds, and waking a thread takes longer than most of them: it
    // stays awake, giving way to other threads now and then, and sleeps when the next kernel is long in coming.
    private const int SpinsPerYield = 32;
    private const int YieldsBeforeSleep = 400;

    // Asking for the next pieces costs more than the smallest of them, so of very many a thread takes some at once.
    private const int HandoutsPerWorker = 32;

    // A counter for each worker, on a cache line of its own.
    private const int Spacing = 32;

    private readonly int[] next;
    private readonly Thread[] threads;
    private readonly ManualResetEventSlim[] starts;
    private readonly ManualResetEventSlim done = new(false, 0);
    private readonly AlignedBuffer?[] scratch;
    private delegate*<void*, int, int, void> execute;
    private void* job;
    private int pieces;
    private int handout;
    private int gate = Closed;
    private ExceptionDispatchInfo? failure;
    private volatile bool inBurst;
    private volatile bool disposed;

    /// <param name="workers">At least 1; the caller's thread is one of them.</param>
    public WorkSplitter(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        Workers = workers;
        scratch = new AlignedBuffer?[workers + 1];
        next = new int[(workers + 1) * Spacing];
        threads = new Thread[workers - 1];
        starts = new ManualResetEventSlim[workers - 1];
        for (int i = 0; i < threads.Length; i++)
        {
            int worker = i + 1;
            starts[i] = new ManualResetEventSlim(false, 0);
            threads[i] = new Thread(() => Serve(worker)) { IsBackground = true, Name = $"inference {worker}" };
            threads[i].Start();
        }
    }

    public int Workers { get; }

    /// <summary>Memory of one worker, aligned to a cache line and valid until its next request. It holds whatever was left there.</summary>
    public float* Scratch(int worker, int length) => Grow(worker, length).Pointer;

    /// <summary>Memory that all workers of a job read, requested by the caller before the job starts.</summary>
    public float* SharedScratch(int length) => Grow(Workers, length).Pointer;

    /// <summary>Runs pieces 0 .. count − 1 and returns when all are done. The first exception of a piece is thrown here.</summary>
    public void Run<TJob>(int count, TJob work)
        where TJob : struct, IParallelJob
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (Workers == 1 || count <= 1)
        {
            for (int piece = 0; piece < count; piece++)
                work.Execute(piece, 0);
            return;
        }

        // The job lives in this frame, which outlasts every worker inside the gate.
        job = Unsafe.AsPointer(ref work);
        execute = &Invoke<TJob>;
        pieces = count;
        handout = Math.Max(1, count / (HandoutsPerWorker * Workers));
        for (int worker = 0; worker < Workers; worker++)
            Next(worker) = Stretch(worker);
        failure = null;
        Volatile.Write(ref gate, 0);
        foreach (ManualResetEventSlim start in starts)
            start.Set();
        Drain(0);

        // A worker that has not woken yet finds the gate closed; nobody waits for it.
        if (Interlocked.Or(ref gate, Closed) != 0)
        {
            Await(done);
            done.Reset();
        }

        failure?.Throw();
    }

    /// <summary>Says that many jobs will follow each other closely until <see cref="EndBurst"/>.</summary>
    public void BeginBurst() => inBurst = true;

    public void EndBurst() => inBurst = false;

    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        foreach (ManualResetEventSlim start in starts)
            start.Set();
        foreach (Thread thread in threads)
            thread.Join();
        foreach (ManualResetEventSlim start in starts)
            start.Dispose();
        done.Dispose();
        foreach (AlignedBuffer? buffer in scratch)
            buffer?.Dispose();
    }

    private static void Invoke<TJob>(void* job, int piece, int worker)
        where TJob : struct, IParallelJob => Unsafe.AsRef<TJob>(job).Execute(piece, worker);

    private void Serve(int worker)
    {
        ManualResetEventSlim start = starts[worker - 1];
        while (true)
        {
            Await(start);
            start.Reset();
            if (disposed)
                return;
            if (!Enter())
                continue;
            Drain(worker);
            if (Interlocked.Decrement(ref gate) == Closed)
                done.Set();
        }
    }

    private void Await(ManualResetEventSlim signal)
    {
        for (int yields = 0; yields < YieldsBeforeSleep && inBurst; yields++)
        {
            for (int spins = 0; spins < SpinsPerYield; spins++)
            {
                if (signal.IsSet)
                    return;
                Thread.SpinWait(8);
            }

            Thread.Yield();
        }

        signal.Wait();
    }

    private bool Enter()
    {
        while (true)
        {
            int inside = Volatile.Read(ref gate);
            if (inside < 0)
                return false;
            if (Interlocked.CompareExchange(ref gate, inside + 1, inside) == inside)
                return true;
        }
    }

    private void Drain(int worker)
    {
        try
        {
            for (int other = 0; other < Workers; other++)
                DrainStretch((worker + other) % Workers, worker);
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
            for (int other = 0; other < Workers; other++)
                Volatile.Write(ref Next(other), pieces);
        }
    }

    private void DrainStretch(int owner, int worker)
    {
        int end = Stretch(owner + 1);
        for (int first = Take(owner); first < end; first = Take(owner))
            for (int piece = first; piece < Math.Min(first + handout, end); piece++)
                execute(job, piece, worker);
    }

    private int Take(int owner) => Interlocked.Add(ref Next(owner), handout) - handout;

    private ref int Next(int owner) => ref next[(owner + 1) * Spacing];

    private int Stretch(int owner) => (int)((long)pieces * owner / Workers);

    private AlignedBuffer Grow(int slot, int length)
    {
        AlignedBuffer? buffer = scratch[slot];
        if (buffer is null || buffer.Length < length)
        {
            buffer?.Dispose();
            scratch[slot] = buffer = new AlignedBuffer(length);
        }

        return buffer;
    }
}
