using System.Reflection;

namespace ModelRegistry.Inference.Tests;

public sealed class DiagnosticsTests
{
    [Fact]
    public void Codes_EachHasAPage()
    {
        var codes = typeof(InferenceCodes).GetFields(BindingFlags.Static | BindingFlags.NonPublic).Select(field => (string)field.GetRawConstantValue()!).ToList();

        Assert.Equal(codes.Count, codes.Distinct(StringComparer.Ordinal).Count());
        Assert.All(codes, code => Assert.StartsWith($"# {code}: ", File.ReadAllText(Fixtures.At("diagnostics", code + ".md")), StringComparison.Ordinal));
    }
}
