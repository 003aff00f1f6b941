using Cake.ModelRegistry.Tests.Support;

namespace Cake.ModelRegistry.Tests.Scripts;

/// <summary>A script of a user, run by the real Cake with the built addin.</summary>
public sealed class CakeScriptTests : IDisposable
{
    private readonly ScriptRepository _repository = new();

    [Fact]
    public void Script_RegistersPromotesAndResolves_AndFailsWithTheCodedLine()
    {
        _repository.WriteWeights("model.pth", "weights");
        _repository.Write(".config/dotnet-tools.json", File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "dotnet-tools.json")));
        var addin = Path.Combine(AppContext.BaseDirectory, "Cake.ModelRegistry.dll");
        _repository.Write("build.cake", $$"""
            #r "{{addin.Replace('\\', '/')}}"
            Task("Release").Does(() =>
            {
                var model = RegisterModel(new RegisterModelSettings { Name = "digits", Files = { "model.pth" }, Metrics = { ["accuracy"] = 0.9 } });
                PromoteModel("digits", "best", "production");
                Information("weights at " + ResolveModel("digits", "@production").Path.GetFilename());
                ResolveModel(model.Name, Argument("selector", "latest"));
            });
            RunTarget("Release");
            """);
        var restored = _repository.Run("dotnet", "tool", "restore");
        Assert.True(restored.Code == 0, restored.Output);

        var passed = _repository.Run("dotnet", "cake", "build.cake");
        var failed = _repository.Run("dotnet", "cake", "build.cake", "--selector=9.9.9");

        Assert.True(passed.Code == 0, passed.Output);
        Assert.Contains("registered digits/1.0.0 in commit", passed.Output, StringComparison.Ordinal);
        Assert.Contains("@production of digits is now digits/1.0.0", passed.Output, StringComparison.Ordinal);
        Assert.Equal("promote digits/1.0.0 to @production", _repository.Git("log", "-1", "--format=%s"));
        Assert.Equal(1, failed.Code);
        Assert.Contains("error MR0204: ", failed.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", failed.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _repository.Dispose();
}
