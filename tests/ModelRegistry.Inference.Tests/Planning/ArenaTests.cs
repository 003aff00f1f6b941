using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Tests.Planning;

public sealed class ArenaTests
{
    [Fact]
    public void Assign_RandomLifetimes_NeverOverlapAndStayAligned()
    {
        var random = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            var storages = Enumerable.Range(0, random.Next(1, 40)).Select(_ =>
            {
                var first = random.Next(30);
                return new Storage(random.Next(1, 500), first, first + random.Next(10));
            }).ToList();

            var length = Arena.Assign(storages);

            foreach (var storage in storages)
            {
                Assert.Equal(0, storage.Offset % 16);
                Assert.InRange(storage.Offset + storage.Length, 1, length);
                Assert.All(storages.Where(other => other != storage && other.Overlaps(storage)), other =>
                    Assert.True(other.Offset >= storage.Offset + storage.PaddedLength || storage.Offset >= other.Offset + other.PaddedLength));
            }

            var busiest = Enumerable.Range(0, 40).Max(step => storages.Where(s => s.First <= step && step <= s.Last).Sum(s => s.PaddedLength));
            Assert.InRange(length, busiest, 2 * busiest);
        }
    }

    [Fact]
    public void Assign_ChainOfEqualLayers_TakesTwoBuffers()
    {
        var storages = Enumerable.Range(0, 50).Select(i => new Storage(1000, i, i + 1)).ToList();

        Assert.Equal(2 * storages[0].PaddedLength, Arena.Assign(storages));
    }
}
