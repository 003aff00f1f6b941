using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Tests.Kernels;

public sealed class WorkSplitterTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Run_ManyTimes_DoesEveryPieceOnce(int count)
    {
        using var workers = new WorkSplitter(count);
        for (int round = 0; round < 2000; round++)
        {
            var done = new int[round % 37];
            workers.Run(done.Length, new CountJob { Done = done, Workers = count });
            Assert.All(done, times => Assert.Equal(1, times));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Run_PieceThrows_ThrowsHereAndStaysUsable(int count)
    {
        using var workers = new WorkSplitter(count);
        for (int round = 0; round < 50; round++)
            Assert.Throws<InvalidDataException>(() => workers.Run(20, new ThrowJob()));
        var done = new int[10];
        workers.Run(done.Length, new CountJob { Done = done, Workers = count });
        Assert.All(done, times => Assert.Equal(1, times));
    }

    [Fact]
    public void Run_AfterDispose_IsRefused()
    {
        var workers = new WorkSplitter(2);
        workers.Dispose();
        workers.Dispose();
        Assert.Throws<ObjectDisposedException>(() => workers.Run(1, new ThrowJob()));
    }

    private struct CountJob : IParallelJob
    {
        public int[] Done;
        public int Workers;

        public readonly void Execute(int piece, int worker)
        {
            Assert.InRange(worker, 0, Workers - 1);
            Interlocked.Increment(ref Done[piece]);
        }
    }

    private readonly struct ThrowJob : IParallelJob
    {
        public void Execute(int piece, int worker)
        {
            if (piece == 13 || piece == 0)
                throw new InvalidDataException();
        }
    }
}
