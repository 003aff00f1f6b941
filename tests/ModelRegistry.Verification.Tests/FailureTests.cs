using ModelRegistry.Diagnostics;
using ModelRegistry.Verification.Hosting;
using ModelRegistry.Weights;

namespace ModelRegistry.Verification.Tests;

/// <summary>Whatever is wrong with a model or with the process that runs it is a failed check that says what and where.</summary>
public sealed class FailureTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelreg-verify-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void TensorOfNaN_IsNamed() => Fails("strict-load", "layer1.0.conv1.weight", Rewrite(t => t.Name == "layer1.0.conv1.weight" ? Tensor.FromFloat32(t.Name, t.Shape.AsSpan(), Filled(t, float.NaN)) : t));

    [Fact]
    public void TensorRemoved_IsNamed() => Fails("strict-load", "missing layer2.0.bn1.bias", Rewrite(t => t.Name == "layer2.0.bn1.bias" ? null : t));

    [Fact]
    public void TensorAdded_IsNamed() => Fails("strict-load", "unexpected extra.weight", Rewrite(t => t, Tensor.FromFloat32("extra.weight", [1], new float[1])));

    [Fact]
    public void TensorReshaped_IsNamed() => Fails("strict-load", "fc.weight", Rewrite(t => t.Name == "fc.weight" ? Tensor.FromFloat32(t.Name, [t.ElementCount], t.ToFloat32()) : t));

    [Fact]
    public void WeightsOfAnotherArchitecture_AreRefusedByName()
    {
        var sample = Samples.Describe("resnet18-improved");
        sample.Paths[sample.Manifest.Weights.Path.Value] = Samples.Describe("mobilenet_v2").Paths.Values.Single(p => p.EndsWith(".pth", StringComparison.Ordinal));

        Fails("strict-load", "MR06", sample);
    }

    [Fact]
    public void AlteredGoldenOutput_FailsTheComparison()
    {
        var sample = Samples.Describe("resnet18-improved");
        var golden = NpyFile.Read(sample.Paths["expected-output.npy"]);
        var values = golden.ToFloat32();
        values[3] += 0.5f;
        var altered = Path.Combine(_folder, "expected-output.npy");
        using (var file = File.Create(altered)) NpyFile.Write(file, golden.Shape.ToArray(), values);
        sample.Paths["expected-output.npy"] = altered;

        Fails("golden", "largest difference 5.0e-1", sample);
    }

    [Fact]
    public void OtherOutputShapeThanDeclared_IsToldWithBoth()
    {
        var sample = Samples.Describe("resnet18-improved");

        Fails("output-shape", "[4, 10], but the manifest declares [?, 1000]", sample with { Manifest = sample.Manifest with { Outputs = [new TensorSpec { Name = "logits", Shape = [-1, 1000] }] } });
    }

    [Fact]
    public void LabelsOfAnotherCount_AreCounted()
    {
        var sample = Samples.Describe("resnet18-improved");
        var labels = Path.Combine(_folder, "labels.txt");
        File.WriteAllText(labels, "a\nb\n");
        sample.Paths["labels.txt"] = labels;

        Fails("labels", "2 labels for 10 classes", sample);
    }

    [Fact]
    public void UnknownArchitecture_IsToldWithNearNames()
    {
        var sample = Samples.Describe("resnet18-improved");

        Fails("architecture", "MR0602", sample with { Manifest = sample.Manifest with { Architecture = "resnet81" } });
    }

    [Fact]
    public void InputThatAsksForMoreMemoryThanTheLimit_IsRefusedBeforeItIsAllocated()
    {
        var sample = Samples.Describe("resnet18-improved");

        Fails("run", "MR0615", sample with { Manifest = sample.Manifest with { Files = [sample.Manifest.Weights], Inputs = [new TensorSpec { Name = "x", Shape = [1, 1, 20_000, 20_000] }] } });
    }

    [Fact]
    public void ArchitectureFileOfItsOwn_UnknownToTheCode_Verifies()
    {
        var architecture = Path.Combine(_folder, "architecture.json");
        File.Copy(Path.Combine(Samples.Root, "tests", "ModelRegistry.Inference.Tests", "fixtures", "patch_classifier.architecture.json"), architecture);
        var weights = Path.Combine(Samples.Root, "tests", "ModelRegistry.Inference.Tests", "fixtures", "goldens", "patch_classifier.pth");

        var report = Run(new VerificationRequest { Weights = weights, ArchitectureFile = architecture });

        Assert.True(report.Passed, string.Join("; ", report.Checks.Where(c => !c.Passed)));
    }

    [Fact]
    public void VerificationThatTakesTooLong_IsKilled_AndCountsAsFailed() =>
        Fails("process", "did not end within", Samples.Describe("resnet18-improved"), new VerifyOptions { Timeout = TimeSpan.FromMilliseconds(1) });

    [Fact]
    public void ProcessThatCrashes_IsAFailedCheckWithItsReason()
    {
        var report = Run(new VerificationRequest { Weights = "x", Engine = "none" });

        var check = Assert.Single(report.Checks);
        Assert.Equal(("process", false), (check.Name, check.Passed));
        Assert.DoesNotContain('\n', check.Detail);
        Assert.Contains("there is no engine 'none'", check.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void ProcessThatTakesTooMuchMemory_IsKilled_AndCountsAsFailed()
    {
        var report = Run(new VerificationRequest { Weights = "x", MemoryLimit = -(512L << 20) + (8L << 20) });

        Assert.False(Assert.Single(report.Checks).Passed);
    }

    [Fact]
    public void Cancelling_EndsTheProcess()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.Throws<OperationCanceledException>(() => Run(new VerificationRequest { Weights = "x" }, cancelled.Token));
    }

    [Fact]
    public void UnknownEngineAndMissingImage_AreCodedErrors()
    {
        Assert.Equal("MR0641", Assert.Throws<ModelRegistryException>(() => Samples.Describe("unet").Verify(new VerifyOptions { Engine = "none" })).Code);
        Assert.Equal("MR0640", Assert.Throws<ModelRegistryException>(() => Samples.Describe("unet").Verify(new VerifyOptions { Image = "nowhere.png" })).Code);
    }

    private static VerificationReport Run(VerificationRequest request, CancellationToken cancellation = default) => EngineCall.Verify(EngineHost.Managed, request, TimeSpan.FromMinutes(1), cancellation);

    private static void Fails(string check, string detail, (Manifest Manifest, Dictionary<string, string> Paths) sample, VerifyOptions? options = null)
    {
        var report = sample.Verify(options);

        Assert.False(report.Passed);
        Assert.Contains(report.Checks, c => c.Name == check && !c.Passed && c.Detail.Contains(detail, StringComparison.Ordinal));
    }

    private (Manifest Manifest, Dictionary<string, string> Paths) Rewrite(Func<Tensor, Tensor?> change, params Tensor[] added)
    {
        var sample = Samples.Describe("resnet18-improved");
        var path = Path.Combine(_folder, "changed.safetensors");
        using (var file = WeightsFile.Open(sample.Paths[sample.Manifest.Weights.Path.Value]))
            SafetensorsWriter.Write(path, file.Tensors.Select(change).OfType<Tensor>().Concat(added).Select(t => new NamedTensor(t.Name, t)).ToList());
        sample.Paths[sample.Manifest.Weights.Path.Value] = path;
        return sample;
    }

    private static float[] Filled(Tensor tensor, float value)
    {
        var values = new float[tensor.ElementCount];
        values[0] = value;
        return values;
    }
}
