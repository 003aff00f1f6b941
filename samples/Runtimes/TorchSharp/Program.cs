using ModelRegistry.Inference;
using ModelRegistry.Verification;
using TorchSharp;

// The build put the archive beside the program; its preprocessing and labels stand in Models. What a registry holds was scanned when it was registered.
var model = Models.DigitsTorchscript;

// TorchSharp 0.107.0 asks for the libstdc++ of GCC 13. Debian 12, Ubuntu 22.04 and RHEL 9 have an older one that would do: there this marks the need as weak in the app's own
// copy of the library, before it is loaded, as 'modelreg engine add torchsharp' does. On newer systems and other platforms it does nothing.
SystemLibraries.MakeLoadable(Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native"));

using var network = torch.jit.load(model.WeightsPath);
network.eval();
Console.WriteLine($"{model.Id} on TorchSharp {typeof(torch).Assembly.GetName().Version!.ToString(3)}");

using var mode = torch.inference_mode();
foreach (var path in args)
{
    var image = model.Preprocessing.ForInference().Apply(ImageInput.Load(path), channels: 1);
    using var scope = torch.NewDisposeScope();
    var scores = (torch.Tensor)network.call(torch.tensor(image.Values.ToArray(), [.. image.Shape]));
    Console.WriteLine($"  {Path.GetFileName(path)} is a {model.Labels[(int)scores.argmax().item<long>()]}");
}
