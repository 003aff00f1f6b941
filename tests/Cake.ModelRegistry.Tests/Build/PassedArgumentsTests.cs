namespace Cake.ModelRegistry.Tests.Build;

public sealed class PassedArgumentsTests
{
    [Fact]
    public void Of_SwitchesAndRepeatedArguments_AreAsTheyWereWritten()
    {
        var given = new Dictionary<string, ICollection<string>>
        {
            ["target"] = ["VerifyModel"],
            ["name"] = ["digits"],
            ["no-record"] = [null!],
            ["check"] = [""],
            ["metric"] = ["a=1", "b=two words"],
        };

        Assert.Equal(["--name=digits", "--no-record", "--check", "--metric=a=1", "--metric=b=two words"], PassedArguments.Of(given));
    }
}
