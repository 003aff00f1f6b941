using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;

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
