using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Selectors;

public sealed class SelectionTests : IDisposable
{
    private readonly Workspace _workspace = new(git: false, registry: false);

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void LatestAndBest_AreDifferentQuestions()
    {
        Family(("1.0.0", 1, """{ "accuracy": 0.95 }"""), ("1.1.0", 2, """{ "accuracy": 0.90 }"""));

        Assert.Equal("1.1.0", Resolve("latest"));
        Assert.Equal("1.0.0", Resolve("best"));
    }

    [Fact]
    public void Latest_OfABackportRegisteredLast_IsTheBackport()
    {
        Family(("2.0.0", 1, "{}"), ("1.0.1", 2, "{}"));

        Assert.Equal("1.0.1", Resolve("latest"));
    }

    [Fact]
    public void Latest_WithEqualTimes_IsTheHigherVersion()
    {
        Family(("1.9.0", 1, "{}"), ("1.10.0", 1, "{}"));

        Assert.Equal("1.10.0", Resolve("latest"));
    }

    [Theory]
    [InlineData("best:loss", "1.1.0")]
    [InlineData("best:loss:min", "1.1.0")]
    [InlineData("best:loss:max", "1.0.0")]
    [InlineData("best:f1", "1.2.0")]
    [InlineData("best:f1:min", "1.0.0")]
    public void Best_OfANamedMetric_FollowsTheDirection(string selector, string expected)
    {
        Family(("1.0.0", 1, """{ "loss": 0.5, "f1": 0.1 }"""), ("1.1.0", 2, """{ "loss": 0.2, "f1": 0.2 }"""), ("1.2.0", 3, """{ "loss": 0.3, "f1": 0.3 }"""));

        Assert.Equal(expected, Resolve(selector));
    }

    [Theory]
    [InlineData("\"NaN\"")]
    [InlineData("null")]
    public void Best_NaN_NeverWins(string nan)
    {
        Family(("1.0.0", 1, """{ "accuracy": 0.1, "loss": 9 }"""), ("1.1.0", 2, $$"""{ "accuracy": {{nan}}, "loss": {{nan}} }"""));

        Assert.Equal("1.0.0", Resolve("best"));
        Assert.Equal("1.0.0", Resolve("best:loss:min"));
    }

    [Fact]
    public void Best_WithEqualValues_IsTheHigherVersion()
    {
        Family(("1.2.0", 2, """{ "accuracy": 0.9 }"""), ("1.10.0", 1, """{ "accuracy": 0.9 }"""));

        Assert.Equal("1.10.0", Resolve("best"));
    }

    [Fact]
    public void Best_DefaultMetricOfTheFamily_Decides()
    {
        Family(("1.0.0", 1, """{ "accuracy": 0.9, "rmse": 3 }"""), ("1.1.0", 2, """{ "accuracy": 0.8, "rmse": 2 }"""));
        _workspace.File_("registry/m/family.json", """{ "metric": { "name": "rmse", "direction": "min" } }""");

        Assert.Equal("1.1.0", Resolve("best"));
        Assert.Equal("1.1.0", Resolve("best:rmse"));
    }

    [Fact]
    public void Best_WithoutAnyDefault_SaysWhichMetricsThereAre()
    {
        Family(("1.0.0", 1, """{ "a": 1, "b": 2 }"""));

        Assert.Contains("a, b", Expect.Code("MR0205", () => Resolve("best")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.*", "1.10.0")]
    [InlineData("v1", "1.10.0")]
    [InlineData("1", "1.10.0")]
    [InlineData("1.2", "1.2.5")]
    [InlineData("*", "2.0.0")]
    [InlineData("[1.0,2.0)", "1.10.0")]
    [InlineData("[1.0,2.0]", "2.0.0")]
    [InlineData("(,1.2.5)", "1.2.0")]
    [InlineData("2.1.0-*", "2.1.0-rc.1")]
    [InlineData("*-*", "2.1.0-rc.1")]
    [InlineData("[2.0.0-a,3.0)", "2.1.0-rc.1")]
    [InlineData("2.1.0-r*", "2.1.0-rc.1")]
    [InlineData("^1.2", "1.10.0")]
    [InlineData("~1.2", "1.2.5")]
    [InlineData(">=1.2.1 <2", "1.10.0")]
    [InlineData("1.2 || 2.0", "2.0.0")]
    [InlineData("1.2.0 - 1.5", "1.2.5")]
    [InlineData("<2", "1.10.0")]
    [InlineData(">1", "2.0.0")]
    [InlineData("^2.1.0-rc.0", "2.1.0-rc.1")]
    [InlineData("[1.2.5]", "1.2.5")]
    [InlineData("(1.2,)", "2.0.0")]
    public void Range_ChoosesTheHighestInIt(string selector, string expected)
    {
        Family(("1.2.0", 1, "{}"), ("1.2.5", 2, "{}"), ("1.10.0", 3, "{}"), ("2.0.0", 4, "{}"), ("2.1.0-rc.1", 5, "{}"));

        Assert.Equal(expected, Resolve(selector));
    }

    [Fact]
    public void Exact_WhileAVersionWhoseNumberEndsAlikeIsBroken_IsNotFound()
    {
        Family(("1.1.0", 1, "{}"));
        _workspace.File_("registry/m/versions/11.0.0.json", "{ \"name\": ");

        Expect.Code("MR0204", () => Resolve("1.0.0"));
        Expect.Code("MR0207", () => Resolve("11.0.0"));
    }

    [Fact]
    public void Range_PrereleaseOfTheExcludedMaximum_IsNotInIt()
    {
        Family(("1.0.0", 1, "{}"), ("2.0.0-rc.1", 2, "{}"));

        Assert.Equal("1.0.0", Resolve("[1.0,2.0)", prerelease: true));
    }

    [Fact]
    public void Prerelease_IsChosenOnlyWhenAskedFor()
    {
        Family(("1.0.0", 1, """{ "accuracy": 0.1 }"""), ("1.1.0-rc.1", 2, """{ "accuracy": 0.9 }"""));

        Assert.Equal("1.0.0", Resolve("latest"));
        Assert.Equal("1.0.0", Resolve("best"));
        Assert.Equal("1.0.0", Resolve("1.*"));
        Assert.Equal("1.1.0-rc.1", Resolve("latest", prerelease: true));
        Assert.Equal("1.1.0-rc.1", Resolve("best", prerelease: true));
        Assert.Equal("1.1.0-rc.1", Resolve("1.*", prerelease: true));
        Assert.Equal("1.0.0", Resolve("^1.0"));
        Assert.Equal("1.1.0-rc.1", Resolve("^1.0", prerelease: true));
        Assert.Equal("1.1.0-rc.1", Resolve("1.1.0-rc.1"));
    }

    [Fact]
    public void Yanked_IsChosenOnlyByExactVersionOrDigest_AndThenWithAWarning()
    {
        Family(("1.0.0", 1, """{ "accuracy": 0.1 }"""), ("1.1.0", 2, """{ "accuracy": 0.9 }"""));
        _workspace.File_("registry/m/yanks/1.1.0.json", """{ "at": "2026-01-01T00:00:00Z", "reason": "leaks", "replacement": "1.0.0" }""");

        Assert.Equal("1.0.0", Resolve("latest"));
        Assert.Equal("1.0.0", Resolve("best"));
        Assert.Equal("1.0.0", Resolve("1.*"));
        Assert.Empty(_workspace.Log.Warnings);
        Assert.Equal("1.1.0", Resolve("1.1.0"));
        Assert.Equal("1.1.0", Resolve(DigestOf("1.1.0")));
        Assert.All(_workspace.Log.Warnings, w => Assert.Equal("MR0222", w.Code));
        Assert.Contains("leaks; use 1.0.0 instead", _workspace.Log.Warnings[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Alias_ResolvesToWhatItPointsAt_AndAnUnknownOneNamesThose()
    {
        Family(("1.0.0", 1, "{}"), ("1.1.0", 2, "{}"));
        _workspace.File_("registry/m/aliases/production.json", """{ "version": "1.0.0", "at": "2026-01-01T00:00:00Z" }""");

        Assert.Equal("1.0.0", Resolve("@production"));
        Assert.Contains("@production", Expect.Code("MR0209", () => Resolve("@staging")).Hint!, StringComparison.Ordinal);
    }

    [Fact]
    public void NoMatch_SaysWhyEachCandidateLost()
    {
        Family(("1.0.0", 1, "{}"), ("1.1.0-rc.1", 2, "{}"));
        _workspace.File_("registry/m/yanks/1.0.0.json", """{ "at": "2026-01-01T00:00:00Z" }""");

        var failure = Expect.Code("MR0205", () => Resolve("latest"));

        Assert.Contains("1.0.0 is yanked", failure.Message, StringComparison.Ordinal);
        Assert.Contains("1.1.0-rc.1 is a prerelease", failure.Message, StringComparison.Ordinal);
        Assert.Contains("1.1.0-rc.1 is a prerelease", Expect.Code("MR0205", () => Resolve("^1.0")).Message, StringComparison.Ordinal);
        Assert.Contains("--prerelease", failure.Hint!, StringComparison.Ordinal);
    }

    [Fact]
    public void BrokenManifest_StopsEveryQuestionThatItCouldAnswer_ButNotAnExactOne()
    {
        Family(("1.0.0", 1, "{}"), ("1.1.0", 2, "{}"));
        _workspace.File_("registry/m/versions/1.1.0.json", "{ \"name\": ");

        Expect.Code("MR0207", () => Resolve("latest"));
        Expect.Code("MR0207", () => Resolve("1.1.0"));
        Assert.Equal("1.0.0", Resolve("1.0.0"));
    }

    [Theory]
    [InlineData("\"files\": [null]")]
    [InlineData("\"files\": []")]
    [InlineData("\"files\": null")]
    [InlineData("\"files\": [{ \"path\": \"m.pth\", \"role\": \"weights\", \"size\": 1, \"digest\": \"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\" }], \"inputs\": [null]")]
    public void ManifestWithNullsOrWithoutFiles_IsACodedError(string fields)
    {
        Family(("1.0.0", 1, "{}"));
        _workspace.File_("registry/m/versions/1.0.0.json", $$"""{ "schemaVersion": 1, "name": "m", "version": "1.0.0", "createdAt": "2026-01-01T00:00:00Z", {{fields}} }""");

        Expect.Code("MR0207", () => Resolve("1.0.0"));
        Expect.Code("MR0207", () => Resolve("latest"));
    }

    [Fact]
    public void Selection_OfRandomFamilies_AgreesWithAPlainSearch()
    {
        var random = new Random(7);
        for (var round = 0; round < 30; round++)
        {
            var versions = Enumerable.Range(0, random.Next(1, 12))
                .Select(_ => $"{random.Next(3)}.{random.Next(3)}.{random.Next(3)}").Distinct()
                .Select(v => (Version: v, Time: random.Next(4), Accuracy: random.Next(4) / 4.0)).ToList();
            if (Directory.Exists(Path.Combine(_workspace.RegistryRoot, "m"))) Directory.Delete(Path.Combine(_workspace.RegistryRoot, "m"), recursive: true);
            Family([.. versions.Select(v => (v.Version, v.Time, FormattableString.Invariant($$"""{ "accuracy": {{v.Accuracy}} }""")))]);

            Assert.Equal(versions.OrderBy(v => v.Time).ThenBy(v => ModelVersion.Parse(v.Version)).Last().Version, Resolve("latest"));
            Assert.Equal(versions.OrderBy(v => v.Accuracy).ThenBy(v => ModelVersion.Parse(v.Version)).Last().Version, Resolve("best"));
            Assert.Equal(versions.OrderBy(v => -v.Accuracy).ThenBy(v => ModelVersion.Parse(v.Version)).Last().Version, Resolve("best:accuracy:min"));
        }
    }

    private static string DigestOf(string version) => Digest.Of(System.Text.Encoding.UTF8.GetBytes(version)).Value;

    private string Resolve(string selector, bool prerelease = false) =>
        _workspace.Open().Resolve(ModelName.Parse("m"), Selector.Parse(selector), new ResolveOptions { IncludePrerelease = prerelease, Fetch = false }).Manifest.Version.Value;

    private void Family(params (string Version, int Second, string Metrics)[] versions)
    {
        _workspace.File_("registry/registry.json", """{ "schemaVersion": 1 }""");
        foreach (var (version, second, metrics) in versions)
        {
            // The manifest reader takes finite numbers and "NaN"; null is what some writers make of it.
            _workspace.File_($"registry/m/versions/{version}.json", $$"""
                { "schemaVersion": 1, "name": "m", "version": "{{version}}", "createdAt": "2026-01-01T00:00:0{{second}}Z", "metrics": {{metrics}},
                  "files": [{ "path": "m.pth", "role": "weights", "size": 1, "digest": "{{DigestOf(version)}}" }] }
                """);
        }
    }
}
