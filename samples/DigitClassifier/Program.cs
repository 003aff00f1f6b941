using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using ModelRegistry.Inference;

// The build resolved the model and put its files beside the program; nothing of the registry is needed any more.
var folder = Path.Combine(AppContext.BaseDirectory, "models", "digits-resnet18");
var weights = Path.Combine(folder, "digits-resnet18.pth");
var labels = File.ReadAllLines(Path.Combine(folder, "labels.txt"));
var model = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Model").Value;

Console.WriteLine($"DigitClassifier carries {model}");
Console.WriteLine($"  weights   {Path.GetFileName(weights)}, {new FileInfo(weights).Length:N0} bytes");
using (var stream = File.OpenRead(weights)) Console.WriteLine($"  digest    sha256:{Convert.ToHexStringLower(SHA256.HashData(stream))}");
Console.WriteLine($"  labels    {string.Join(' ', labels)}");

var metrics = Path.Combine(folder, "metrics.json");
if (File.Exists(metrics))
{
    using var document = JsonDocument.Parse(File.ReadAllBytes(metrics));
    Console.WriteLine($"  metrics   {string.Join(", ", document.RootElement.EnumerateObject().Select(m => $"{m.Name} {m.Value.GetDouble():0.####}"))}");
}

// Images on the command line are read by the network that the build carried here.
if (args.Length > 0)
{
    using var runner = ModelRunner.Load(weights, "resnet18", new Preprocessing { Resize = 28, Crop = 28, Mean = [0.131f], Std = [0.3086f] }, labels);
    foreach (var path in args)
    {
        try
        {
            var best = runner.Classify(ImageInput.Load(path), top: 1)[0];
            Console.WriteLine($"  {Path.GetFileName(path),-14} is a {best.Label} ({best.Probability:P1})");
        }
        catch (InferenceException failure)
        {
            Console.Error.WriteLine($"error {failure.Code}: {failure.Message}, {path}");
            Environment.ExitCode = 2;
        }
    }
}
