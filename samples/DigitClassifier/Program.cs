using System.Security.Cryptography;
using System.Text.Json;
using ModelRegistry.Inference;

// The build resolved the model and put its files beside the program; nothing of the registry is needed any more.
var model = Models.DigitsResnet18;
Console.WriteLine($"DigitClassifier carries {model.Id}");
Console.WriteLine($"  weights   {Path.GetFileName(model.WeightsPath)}, {new FileInfo(model.WeightsPath).Length:N0} bytes");
using (var stream = File.OpenRead(model.WeightsPath)) Console.WriteLine($"  digest    sha256:{Convert.ToHexStringLower(SHA256.HashData(stream))}");
Console.WriteLine($"  labels    {string.Join(' ', model.Labels)}");

if (model.FindFile("metrics") is { } metrics)
{
    using var document = JsonDocument.Parse(File.ReadAllBytes(metrics.Path));
    Console.WriteLine($"  metrics   {string.Join(", ", document.RootElement.EnumerateObject().Select(m => $"{m.Name} {m.Value.GetDouble():0.####}"))}");
}

// Images on the command line are read by the network that the build carried here: its architecture, preprocessing and labels come with it.
if (args.Length > 0)
{
    using var runner = ModelRunner.Load(model);
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
