using ModelRegistry.Dashboard.Reading;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Reading;

public sealed class AuditReaderTests
{
    [Fact]
    public void ReaderThatFollows_TellsWhatANewOneTells()
    {
        using var registry = new TestRegistry();
        var name = ModelName.Parse("digits");
        var following = new AuditReader(registry.Open());
        void Agree() => Assert.Equal(new AuditReader(registry.Open()).All(), following.All());

        registry.Register("digits", 0.9);
        Agree();
        registry.Register("digits", 0.91);
        registry.Open().Promote(name, Selector.Parse("1.0.0"), "production", "first");
        Agree();
        registry.Open().Promote(name, Selector.Parse("1.1.0"), "production", "better");
        Agree();
        Assert.Equal("1.0.0", following.Of("digits")[0].From);
        registry.Git("switch", "-qc", "feature", "HEAD~1");
        Agree();
        registry.Open().Yank(ModelId.Parse("digits/1.1.0"), "slow");
        registry.Git("switch", "-q", "main");
        registry.Git("merge", "-q", "--no-edit", "feature");
        Agree();
        registry.Git("reset", "-q", "--hard", "HEAD~2");
        Agree();
    }
}
