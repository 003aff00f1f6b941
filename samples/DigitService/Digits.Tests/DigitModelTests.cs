namespace Digits.Tests;

public sealed class DigitModelTests
{
    [Fact]
    public void Weights_BesideTheTests_AreThoseThatWereRegistered() => Assert.True(DigitModel.IsIntact());

    [Fact]
    public void Labels_AreTheTenDigits() => Assert.Equal(10, DigitModel.Labels.Count);

    [Fact]
    public void EveryFile_IsInTheOutput() => Assert.All(Models.DigitsNet.Files, file => Assert.Equal(file.Size, new FileInfo(file.Path).Length));
}
