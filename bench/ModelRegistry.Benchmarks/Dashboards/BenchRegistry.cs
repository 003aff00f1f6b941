using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ModelRegistry.Weights;

namespace ModelRegistry.Benchmarks.Dashboards;

/// <summary>A registry of many small manifests in a temporary git repository, committed at once.</summary>
internal sealed class BenchRegistry : IDisposable
{
    private readonly string _temporary = Directory.CreateTempSubdirectory("mr-bench-").FullName;

    public BenchRegistry()
    {
        Folder = Directory.CreateDirectory(Path.Combine(_temporary, "models")).FullName;
        foreach (var arguments in new[] { "init -q -b main", "config user.name Bench", "config user.email bench@example.org", "config commit.gpgsign false" }) Git(arguments);
        Registry.Initialise(Folder);
    }

    public string Folder { get; }

    public void Fill(int families, int versions)
    {
        for (var family = 0; family < families; family++)
        {
            var folder = Directory.CreateDirectory(Path.Combine(Folder, "registry", $"family-{family}", "versions")).FullName;
            File.WriteAllText(Path.Combine(folder, "..", "family.json"), $$"""{ "schemaVersion": 1, "description": "The family {{family}} of many.", "task": "image-classification", "metric": { "name": "accuracy" } }""" + "\n");
            for (var version = 0; version < versions; version++)
            {
                var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"{family}/{version}")));
                var at = DateTimeOffset.UnixEpoch.AddYears(55).AddMinutes((family * 10) + version).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
                File.WriteAllText(Path.Combine(folder, $"1.{version}.0.json"), string.Create(CultureInfo.InvariantCulture, $$"""
                    {
                      "schemaVersion": 1,
                      "name": "family-{{family}}",
                      "version": "1.{{version}}.0",
                      "createdAt": "{{at}}",
                      "createdBy": "Bench <bench@example.org>",
                      "framework": "pytorch",
                      "architecture": "resnet18",
                      "notes": "Version {{version}} of a family that is there to be measured.",
                      "metrics": { "accuracy": {{0.8 + (version % 19 / 100.0)}}, "loss": {{0.5 - (version % 17 / 100.0)}} },
                      "tags": { "team": "vision" },
                      "files": [{ "path": "weights.safetensors", "role": "weights", "format": "safetensors", "size": 1048576, "digest": "sha256:{{digest}}", "parameters": 262144 }]
                    }

                    """));
            }
        }

        Git("add -A");
        Git("commit -q -m filled");
    }

    /// <summary>Registers one version whose weights are many small tensors, a hundred in each of its modules.</summary>
    public void Register(string name, int tensors)
    {
        var weights = Path.Combine(_temporary, "weights.safetensors");
        SafetensorsWriter.Write(weights, [.. Enumerable.Range(0, tensors).Select(i => $"layer{i / 100}.block{i % 100}.weight").Select(key => new NamedTensor(key, Tensor.FromFloat32(key, [2, 2], [1, 2, 3, 4])))]);
        RegistrySession.OpenWorkingCopy(Folder, new RegistryOptions()).Registry.Register(new RegistrationRequest { Name = ModelName.Parse(name), Files = [new FileToRegister(weights)], Source = RegistrationSource.None });
    }

    /// <summary>Registers a network that runs for minutes: nine thousand convolutions of three million pixels.</summary>
    public void RegisterEndless(string name)
    {
        var (weights, architecture) = (Path.Combine(_temporary, "weights.safetensors"), Path.Combine(_temporary, "architecture.json"));
        SafetensorsWriter.Write(weights, [new NamedTensor("head.weight", Tensor.FromFloat32("head.weight", [1, 1, 3, 3], new float[9])), new NamedTensor("head.bias", Tensor.FromFloat32("head.bias", [1], [0]))]);
        var nodes = string.Join(", ", Enumerable.Repeat("""{ "op": "conv2d", "key": "head", "kernel": 3, "padding": 1 }""", 9000).Prepend("""{ "op": "upsample", "scale": 64 }"""));
        File.WriteAllText(architecture, $$"""{ "schemaVersion": 1, "name": "endless", "inputs": [{ "name": "x", "shape": [-1, 1, 28, 28], "example": [1, 1, 28, 28] }], "nodes": [{{nodes}}], "outputs": [{ "name": "y" }] }""");
        RegistrySession.OpenWorkingCopy(Folder, new RegistryOptions()).Registry.Register(new RegistrationRequest
        {
            Name = ModelName.Parse(name),
            Files = [new FileToRegister(weights), new FileToRegister(architecture)],
            Inputs = [new TensorSpec { Name = "x", Shape = [-1, 1, 28, 28] }],
            Preprocessing = new Preprocessing { Resize = 28, Crop = 28, Mean = [0], Std = [1], Layout = "NCHW" },
            Source = RegistrationSource.None,
        });
    }

    public void Dispose()
    {
        // Blobs are read-only.
        foreach (var file in new DirectoryInfo(_temporary).EnumerateFiles("*", SearchOption.AllDirectories)) file.Attributes = FileAttributes.Normal;
        Directory.Delete(_temporary, recursive: true);
    }

    private void Git(string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = Folder })!;
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"git {arguments} failed");
    }
}
