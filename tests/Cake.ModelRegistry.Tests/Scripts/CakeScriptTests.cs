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

    [Fact]
    public void Script_FirstSnippetOfTheDocumentation_Runs()
    {
        _repository.WriteWeights("out/digits-resnet18.pth", "weights");
        _repository.Write("out/labels.txt", "zero\none\n");
        _repository.Write("out/training.json", """{ "framework": "pytorch", "architecture": "resnet18" }""");
        _repository.Write("out/metrics.json", """{ "accuracy": 0.9 }""");
        _repository.Write("app/README.md", "An app.");
        _repository.Write(".config/dotnet-tools.json", File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "dotnet-tools.json")));
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "cake.md")).SkipWhile(line => line != "```csharp").Skip(1).TakeWhile(line => line != "```").ToList();
        Assert.StartsWith("#addin nuget:?package=Cake.ModelRegistry&version=", lines[0], StringComparison.Ordinal);
        var snippet = string.Join('\n', lines.Skip(1));
        var addin = Path.Combine(AppContext.BaseDirectory, "Cake.ModelRegistry.dll").Replace('\\', '/');
        // The gate compares with a version that is in production already.
        _repository.Write("build.cake", $$"""
            #r "{{addin}}"
            Task("Before").Does(() => { RegisterModel(new RegisterModelSettings { Name = "digits-resnet18", Files = { "out/labels.txt:weights" }, Metrics = { ["accuracy"] = 0.8 } }); PromoteModel("digits-resnet18", "latest", "production"); });
            {{snippet}}
            RunTarget("Before");
            RunTarget("Release");
            """);
        Assert.Equal(0, _repository.Run("dotnet", "tool", "restore").Code);

        var (code, output) = _repository.Run("dotnet", "cake", "build.cake");

        Assert.True(code == 0, output);
        Assert.Contains("@production of digits-resnet18 is now digits-resnet18/1.1.0", output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_repository.Root, "app", "digits.pth")));
    }

    public void Dispose() => _repository.Dispose();
}
