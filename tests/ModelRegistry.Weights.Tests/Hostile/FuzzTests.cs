using ModelRegistry.Weights.Fuzz;

namespace ModelRegistry.Weights.Tests;

/// <summary>The fuzz program's work in small: tests/ModelRegistry.Weights.Fuzz does the millions.</summary>
public sealed class FuzzTests
{
    private const int Executions = 4000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Open_MutatedFile_GivesAResultOrACodedErrorWithinBounds(int seed)
    {
        var random = new Random(seed);
        var mutator = new Mutator(Seeds.Read(Path.Combine(AppContext.BaseDirectory, "fixtures")), random);
        for (var i = 0; i < Executions; i++)
        {
            var bytes = mutator.Next().ToArray();
            if (random.Next(4) != 0)
            {
                Seeds.MendChecksums(bytes);
            }

            Assert.Null(Target.Run(bytes, tensorsOnly: random.Next(4) == 0));
        }
    }

    [Fact]
    public void Open_RandomBytesBehindEachMagic_GivesACodedError()
    {
        var random = new Random(99);
        byte[][] starts = [[], [.. "PK\u0003\u0004"u8], [0x80, 2], [0x80, 4, 0x95], [8, 7], [64, 0, 0, 0, 0, 0, 0, 0, (byte)'{']];
        for (var i = 0; i < 3000; i++)
        {
            var bytes = new byte[random.Next(1, 400)];
            random.NextBytes(bytes);
            Assert.Null(Target.Run((byte[])[.. starts[i % starts.Length], .. bytes], tensorsOnly: false));
        }
    }
}
