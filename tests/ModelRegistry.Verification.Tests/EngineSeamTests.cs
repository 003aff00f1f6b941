using System.Collections.Immutable;
using System.Diagnostics;
using ModelRegistry.Diagnostics;
using ModelRegistry.Verification.Hosting;

namespace ModelRegistry.Verification.Tests;

/// <summary>Engines are found by name, live in programs of their own, and may be as strange as they like.</summary>
public sealed class EngineSeamTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelreg-engine-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void EngineOfATestProject_IsFoundByName_AndVerifies()
    {
        var report = Verify("fine");

        Assert.True(report.Passed, string.Join("; ", report.Checks.Where(c => !c.Passed)));
        Assert.Equal(("strange", "7.5"), (report.Engine, report.EngineVersion));
    }

    [Fact]
    public void Describe_TellsEnginesVersionsAndFormats()
    {
        var described = StrangeEngine.Host.Describe();

        Assert.Equal(EngineProtocol.Version, described.Protocol);
        Assert.Equal(["managed 0.1.0", "strange 7.5"], described.Engines.Select(e => $"{e.Name} {e.Version}"));
        Assert.Contains("safetensors", described.Engines[0].Formats);
    }

    [Fact]
    public void PublishedEngines_AreFoundInTheCache_AndWhatIsNoneIsPassedOver()
    {
        Publish("good", """{ "engine": "good", "program": "host.dll", "formats": ["x"] }""");
        Publish("elsewhere", """{ "engine": "elsewhere", "program": "../good/host.dll" }""");
        Publish("other", """{ "engine": "managed", "program": "host.dll" }""");
        Publish("broken", "{");

        var catalogue = EngineCatalogue.Installed(_folder);

        Assert.Equal(["managed", "good"], catalogue.Hosts.Select(h => h.Engine));
        Assert.Equal(Path.Combine(_folder, "engines", "good", "host.dll"), catalogue.Get("good").Arguments[0]);
        Assert.Equal("MR0641", Assert.Throws<ModelRegistryException>(() => catalogue.Get("other")).Code);

        void Publish(string name, string entry)
        {
            var folder = Directory.CreateDirectory(Path.Combine(_folder, "engines", name)).FullName;
            File.WriteAllText(Path.Combine(folder, "engine.json"), entry);
            File.WriteAllText(Path.Combine(folder, "host.dll"), "");
        }
    }

    [Fact]
    public void ManagedEngine_DescribesItself() => Assert.Equal("managed", Assert.Single(EngineHost.Managed.Describe().Engines).Name);

    [Fact]
    public void EngineThatPrintsToStandardOutput_IsUnderstoodAllTheSame() => Assert.True(Verify("prints").Passed);

    [Fact]
    public void EngineThatComplainsWithoutEnd_IsUnderstoodAllTheSame() => Assert.True(Verify("complains").Passed);

    [Fact]
    public void EngineWhoseParentIsKilled_EndsWithIt()
    {
        using var parent = Process.Start(new ProcessStartInfo("/bin/sleep", "600"))!;
        var host = EngineHost.Managed with { Environment = ImmutableSortedDictionary<string, string>.Empty.Add("MODELREG_ENGINE_PARENT", $"{parent.Id}") };
        using var engine = EngineProcess.Start(host, EngineProtocol.ServeArgument, threads: 1, memoryLimit: 1L << 30);

        parent.Kill();
        parent.WaitForExit();

        Assert.True(engine.WaitForExit(TimeSpan.FromMinutes(1)));
        Assert.Equal(128 + 9, engine.ExitCode);
    }

    [Theory]
    [InlineData("what():  \\nUnknown type name \\047Tensro\\047:\\n  File", "Unknown type name 'Tensro':")]
    [InlineData("what():  no memory\\n", "no memory")]
    [InlineData("", "terminate called after throwing an instance of 'Error'")]
    public void EngineWhoseRuntimeCatchesNothing_IsAFailedCheckWithWhatWasThrown(string rest, string reason)
    {
        const string Abort = "printf \"[W] slow\\nterminate called after throwing an instance of 'Error'\\n  $0\" >&2; kill -6 $$";

        var check = Assert.Single(EngineCall.Verify(new EngineHost("x", "/bin/sh", ["-c", rest.Length == 0 ? Abort.Replace("[W] slow\\n", "", StringComparison.Ordinal) : Abort, rest]), new VerificationRequest { Weights = "x", Engine = "x" }, TimeSpan.FromSeconds(30), default).Checks);

        Assert.Equal($"the verification process was ended by signal 6 (aborted): {reason}", check.Detail);
    }

    [Fact]
    public void EngineThatIsEndedByASignal_IsAFailedCheckThatNamesIt()
    {
        var check = Assert.Single(Verify("aborts").Checks);

        Assert.Equal(("process", false), (check.Name, check.Passed));
        Assert.Contains("signal", check.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void EngineThatHangs_IsEnded() => Assert.Contains("did not end within", Assert.Single(Verify("hangs", new VerifyOptions { Timeout = TimeSpan.FromSeconds(2) }).Checks).Detail, StringComparison.Ordinal);

    [Fact]
    public void EngineThatTakesNativeMemoryWithoutEnd_IsEnded() => Assert.Contains("more than 64 MiB", Assert.Single(Verify("leaks", new VerifyOptions { MemoryLimit = 64 << 20 }).Checks).Detail, StringComparison.Ordinal);

    [Fact]
    public void Child_GetsNoSecretOfItsParent()
    {
        Environment.SetEnvironmentVariable("MODELREG_TEST_TOKEN", "hunter2");

        Assert.True(Verify("secrets").Passed);
    }

    [Fact]
    public void OtherVersionOfTheProtocol_IsRefusedWithBothNumbers()
    {
        var report = EngineCall.Verify(StrangeEngine.Host, new VerificationRequest { Protocol = 2, Weights = "x", Engine = "strange" }, TimeSpan.FromMinutes(1), default);

        Assert.Contains("version 2 of the engine protocol was asked for, and this engine speaks 1", Assert.Single(report.Checks).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void ProgramThatSpeaksNoProtocol_IsAFailedCheckWithAMessageOfItsOwn()
    {
        var report = EngineCall.Verify(new EngineHost("true", "/bin/true", []), new VerificationRequest { Weights = "x", Engine = "true" }, TimeSpan.FromMinutes(1), default);

        Assert.Contains("is no answer in version 1 of the protocol", Assert.Single(report.Checks).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void ProgramThatIsNotThere_IsACodedError() =>
        Assert.Equal("MR0643", Assert.Throws<ModelRegistryException>(() => new EngineHost("x", Path.Combine(_folder, "nowhere"), []).Describe()).Code);

    [Fact]
    public async Task Serving_LoadsOnce_AndAnswersUntilToldToEnd()
    {
        await using var model = await ServedModel.StartAsync(Manifest("fine"), _ => Weights("fine"), Options());
        for (var i = 1; i <= 20; i++)
        {
            var result = await model.RunAsync(Values(i, 0, 0.5f));

            Assert.Equal(new[] { 2f * i, 0, 1 }, Floats(result.Outputs[0]));
            Assert.Equal(0, result.Top[0].Index);
        }

        Assert.Equal(("strange", "7.5"), (model.Info.Engine, model.Info.EngineVersion));
        await model.DisposeAsync();
        Assert.True(model.HasEnded);
    }

    [Fact]
    public async Task Serving_RefusedInput_IsACodedError_AndTheModelServesOn()
    {
        await using var model = await ServedModel.StartAsync(Manifest("fine"), _ => Weights("fine"), Options());

        var refusal = await Assert.ThrowsAsync<ModelRegistryException>(() => model.RunAsync(Values(1, 2)));

        Assert.Equal(("MR0616", "give three"), (refusal.Code, refusal.Hint));
        Assert.Equal(new[] { 2f, 4, 6 }, Floats((await model.RunAsync(Values(1, 2, 3))).Outputs[0]));
    }

    [Fact]
    public async Task Serving_RunThatTakesTooLong_EndsTheProcess()
    {
        await using var model = await ServedModel.StartAsync(Manifest("stops"), _ => Weights("stops"), Options());
        model.RunTimeout = TimeSpan.FromMilliseconds(200);

        var failure = await Assert.ThrowsAsync<ModelRegistryException>(() => model.RunAsync(Values(-1, 2, 3)));

        Assert.Equal("MR0646", failure.Code);
        Assert.True(model.HasEnded);
    }

    [Fact]
    public async Task Serving_CancelledRun_EndsTheProcess()
    {
        await using var model = await ServedModel.StartAsync(Manifest("stops"), _ => Weights("stops"), Options());
        using var cancelled = new CancellationTokenSource();

        var running = model.RunAsync(Values(-1, 2, 3), cancelled.Token);
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.True(model.HasEnded);
    }

    [Fact]
    public async Task Serving_ProgramThatDies_IsACodedErrorWithTheSignal()
    {
        var failure = await Assert.ThrowsAsync<ModelRegistryException>(() => ServedModel.StartAsync(Manifest("aborts"), _ => Weights("aborts"), Options()));

        Assert.Equal("MR0646", failure.Code);
        Assert.Contains("signal", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serving_AnImage_GivesWhatVerifyGives()
    {
        var image = Directory.GetFiles(Samples.Digits("heldout"), "7-*.png")[0];
        var (manifest, paths) = Samples.Describe("resnet18-improved");
        var expected = Samples.Describe("resnet18-improved").Verify(new VerifyOptions { Image = image }).Top;
        await using var model = await ServedModel.StartAsync(manifest, file => paths[file.Path.Value]);

        var result = await model.RunAsync(new RunRequest { Image = await File.ReadAllBytesAsync(image) });

        Assert.Equal(expected.ToArray(), result.Top.ToArray());
        Assert.Equal([1L, 1, 28, 28], result.Inputs[0].Shape.ToArray());
        Assert.Equal(["prepare", "run"], result.Timings.Keys);
    }

    private static VerifyOptions Options() => new() { Engine = "strange", Engines = EngineCatalogue.BuiltIn.With(StrangeEngine.Host) };

    private VerificationReport Verify(string mode, VerifyOptions? options = null) =>
        Verifier.Verify(Manifest(mode), _ => Weights(mode), (options ?? new VerifyOptions()) with { Engine = "strange", Engines = Options().Engines });

    private string Weights(string mode)
    {
        var path = Path.Combine(_folder, mode + ".bin");
        File.WriteAllText(path, mode);
        return path;
    }

    private static Manifest Manifest(string mode) => new()
    {
        Name = ModelName.Parse("strange"),
        Version = ModelVersion.First,
        CreatedAt = default,
        Files = [new ModelFile { Path = RelativeFilePath.Parse(mode + ".bin"), Role = FileRoles.Weights, Size = mode.Length, Digest = Digest.Of([1]) }],
    };

    private static RunRequest Values(params float[] values) =>
        new() { Inputs = [new TensorData("x", "float32", [1, values.Length], System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray())] };

    private static float[] Floats(TensorData tensor) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray();
}
