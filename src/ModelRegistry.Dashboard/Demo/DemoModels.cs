using System.Reflection;
using ModelRegistry.Diagnostics;
using ModelRegistry.Verification;

namespace ModelRegistry.Dashboard.Demo;

/// <summary>The sample digit models, registered as a team would: separate commits, two versions of one family, an alias.</summary>
internal static class DemoModels
{
    private static readonly (string Folder, string Name, string Task, string Description, string Notes)[] Registrations =
    [
        ("resnet18-improved", "digits-resnet18", "image-classification", "Reads handwritten digits: a ResNet-18 of reduced width.", "Twenty epochs, width 12."),
        ("resnet18-baseline", "digits-resnet18", "image-classification", "Reads handwritten digits: a ResNet-18 of reduced width.", "Two epochs: the baseline, run again to try the pipeline."),
        ("mobilenet_v2", "digits-mobilenet", "image-classification", "Reads handwritten digits: a narrow MobileNetV2.", "The small one."),
        ("unet", "digits-unet", "image-denoising", "Removes noise from handwritten digits: a U-Net of depth 2.", "Trained on digits with noise."),
    ];

    /// <summary>Registers them. Made only in a registry that is empty.</summary>
    /// <exception cref="ModelRegistryException">MR0920: the registry has models; and those of a registration.</exception>
    public static void Register(Registry registry, CancellationToken cancellation)
    {
        if (registry.Names().Count > 0) throw DashboardCodes.InvalidRequest.Error("the registry has models already", "the demo data is for an empty registry; 'modelreg serve --demo' shows it in one of its own");
        var folder = Directory.CreateTempSubdirectory("modelreg-demo-");
        try
        {
            Extract(folder.FullName);
            foreach (var (source, name, task, description, notes) in Registrations)
            {
                cancellation.ThrowIfCancellationRequested();
                Verifier.Register(registry, Request(Path.Combine(folder.FullName, source), name, task, description, notes), cancellation: cancellation);
            }

            registry.Promote(ModelName.Parse("digits-resnet18"), Selector.Parse("1.0.0"), "production", "the most accurate one", cancellation: cancellation);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static RegistrationRequest Request(string folder, string name, string task, string description, string notes)
    {
        var metadata = RegistrationMetadata.Parse(File.ReadAllBytes(Path.Combine(folder, "training.json")), "training.json");
        var metrics = Metrics.ParseJson(File.ReadAllBytes(Path.Combine(folder, "metrics.json")), "metrics.json");
        return new RegistrationRequest
        {
            Name = ModelName.Parse(name),
            Files = [.. Directory.EnumerateFiles(folder).Where(f => Path.GetFileName(f) != "training.json").Order(StringComparer.Ordinal).Select(f => new FileToRegister(f, Path.GetFileName(f) == "metrics.json" ? "metrics" : null))],
            Framework = metadata.Framework,
            Architecture = metadata.Architecture,
            Inputs = metadata.Inputs,
            Outputs = metadata.Outputs,
            Preprocessing = metadata.Preprocessing,
            Metrics = metrics,
            Hyperparameters = metadata.Hyperparameters,
            Dataset = metadata.Dataset,
            TrainedAt = metadata.TrainedAt,
            Notes = notes,
            License = "MIT",
            // Where they were trained is in their metadata; the commit of this registry would be a false claim.
            Source = RegistrationSource.None,
            Family = new FamilySettings { Task = task, Description = description, Metric = metrics.ContainsKey("accuracy") ? null : new MetricGoal { Name = "psnr" } },
        };
    }

    private static void Extract(string folder)
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith("demo/", StringComparison.Ordinal)))
        {
            var path = Path.Combine(folder, name["demo/".Length..]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var resource = assembly.GetManifestResourceStream(name)!;
            using var file = File.Create(path);
            resource.CopyTo(file);
        }
    }
}
