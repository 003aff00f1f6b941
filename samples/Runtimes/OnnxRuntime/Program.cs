using Microsoft.ML.OnnxRuntime;
using ModelRegistry.Inference;

// The build put the model beside the program; its shapes, preprocessing and labels stand in Models.
var model = Models.DigitsOnnx;
Console.WriteLine($"{model.Id} on ONNX Runtime {OrtEnv.Instance().GetVersionString()}");
using var session = new InferenceSession(model.WeightsPath);

foreach (var path in args)
{
    var image = model.Preprocessing.ForInference().Apply(ImageInput.Load(path), channels: 1);
    using var input = OrtValue.CreateTensorValueFromMemory(image.Values.ToArray(), [.. image.Shape]);
    using var outputs = session.Run(new RunOptions(), [Models.Constants.DigitsOnnx.Inputs.X.Name], [input], [Models.Constants.DigitsOnnx.Outputs.Logits.Name]);
    var scores = outputs[0].GetTensorDataAsSpan<float>().ToArray();
    Console.WriteLine($"  {Path.GetFileName(path)} is a {model.Labels[Array.IndexOf(scores, scores.Max())]}");
}
