using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using ModelRegistry.Inference;

// The build put the model beside the program; its preprocessing stands in Models.
var model = Models.DigitsMlnet;
var context = new MLContext();
using var engine = context.Model.CreatePredictionEngine<Digit, Guess>(context.Model.Load(model.WeightsPath, out _));
Console.WriteLine($"{model.Id} on ML.NET {FileVersionInfo.GetVersionInfo(typeof(MLContext).Assembly.Location).ProductVersion!.Split('+')[0]}");

foreach (var path in args)
{
    var image = model.Preprocessing.ForInference().Apply(ImageInput.Load(path), channels: 1);
    Console.WriteLine($"  {Path.GetFileName(path)} is a {engine.Predict(new Digit { Pixels = image.Values.ToArray() }).PredictedLabel}");
}

internal sealed class Digit
{
    [VectorType(28 * 28)]
    public float[] Pixels { get; set; } = [];

    // Only training reads it, but the model asks for the column.
    public uint Value { get; set; }
}

internal sealed class Guess
{
    public uint PredictedLabel { get; set; }
}
