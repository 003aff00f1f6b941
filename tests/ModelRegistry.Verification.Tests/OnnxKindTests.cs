namespace ModelRegistry.Verification.Tests;

/// <summary>What ONNX models take and give beyond tensors of numbers: texts, maps, sequences of both (fixtures/make_onnx_kinds.py).</summary>
public sealed class OnnxKindTests
{
    private static readonly string Folder = Path.Combine(Samples.Root, "tests", "ModelRegistry.Verification.Tests", "fixtures", "onnx_kinds");

    [Fact]
    public void Onnx_WithTextsMapsAndSequences_GivesWhatWasComputedByHand()
    {
        var (manifest, paths) = Hosts.Onnx(Path.Combine(Folder, "kinds.onnx"));
        foreach (var (role, name) in new[] { (FileRoles.SampleInput, "kinds.input.safetensors"), (FileRoles.ExpectedOutput, "kinds.output.safetensors") })
        {
            paths[name] = Path.Combine(Folder, name);
            manifest = manifest with { Files = [.. manifest.Files, manifest.Files[0] with { Path = RelativeFilePath.Parse(name), Role = role, Format = null }] };
        }

        var report = (manifest, paths).Verify(new VerifyOptions { Engines = EngineCatalogue.BuiltIn.With(Hosts.OnnxRuntime), Threads = 1 });

        Assert.True(report.Passed, string.Join("; ", report.Checks.Where(check => !check.Passed)));
        Assert.Contains(report.Checks, check => check is { Name: "golden", Passed: true });
    }
}
