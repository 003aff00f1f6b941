using System.Reflection;

namespace ModelRegistry.Inference.Tests;

public sealed class DiagnosticsTests
{
    [Fact]
    public void Codes_EachHasATitleAKindAndAPage()
    {
        var declared = typeof(InferenceCodes).GetFields(BindingFlags.Static | BindingFlags.NonPublic).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);

        Assert.Equal(declared.Order(StringComparer.Ordinal), InferenceCodes.All.Select(diagnostic => diagnostic.Code));
        Assert.All(InferenceCodes.All, diagnostic =>
        {
            Assert.True(Enum.IsDefined(diagnostic.Kind));
            Assert.StartsWith($"# {diagnostic.Code}: {diagnostic.Title}\n", File.ReadAllText(Fixtures.At("diagnostics", diagnostic.Code + ".md")), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Failure_TellsItsTitleAndExitCode()
    {
        var unknown = Assert.Throws<InferenceException>(() => Architecture.Get("resnet81"));

        Assert.Equal(("No such built-in architecture", 3), (unknown.Title, unknown.ExitCode));
    }
}
