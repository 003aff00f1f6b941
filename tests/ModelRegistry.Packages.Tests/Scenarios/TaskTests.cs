using ModelRegistry.Packages.Tests.Harness;

namespace ModelRegistry.Packages.Tests.Scenarios;

[Collection(PackedFeedCollection.Name)]
public sealed class TaskTests(PackedFeed feed) : IDisposable
{
    private readonly Workspace _work = new(feed);

    public void Dispose() => _work.Dispose();

    [Fact]
    public void RegisterVerifyPromote_FromThePackage_CommitOnceEach()
    {
        var sample = Path.Combine(PackedFeed.RepositoryRoot, "samples", "digits", "resnet18-improved");
        _work.WriteLight("Train.proj", "");
        _work.Write("Train.targets", $"""
            <Project>
              <Import Project="Train.proj" />
              <Target Name="Train">
                <ItemGroup>
                  <ModelFile Include="{sample}/digits-resnet18.pth;{sample}/labels.txt" />
                  <ModelInput Include="x" Shape="-1x1x28x28" />
                </ItemGroup>
                <RegisterModel Name="digits" Files="@(ModelFile)" Inputs="@(ModelInput)" MetricsFile="{sample}/metrics.json" Architecture="resnet18" License="MIT" />
                <VerifyModel Name="digits" Record="true" />
                <PromoteModel Name="digits" Alias="production" />
              </Target>
            </Project>
            """);

        var output = _work.Dotnet("msbuild", "Train.targets", "-t:Train");

        Assert.Contains("registered digits/1.0.0", output, StringComparison.Ordinal);
        Assert.Contains("digits/1.0.0 verified:", output, StringComparison.Ordinal);
        Assert.Contains("@production of digits is digits/1.0.0", output, StringComparison.Ordinal);
        Assert.Equal(3, int.Parse(_work.Git("rev-list", "--count", "HEAD", "--", "registry/digits"), System.Globalization.CultureInfo.InvariantCulture));

        // Verified and licensed: a reference to it has nothing to warn of.
        _work.WriteLight("App.proj", """<ModelReference Include="digits" Version="@production" />""");
        Assert.DoesNotContain("warning", _work.Dotnet("msbuild", "App.proj", "-t:Show"), StringComparison.Ordinal);
    }
}
