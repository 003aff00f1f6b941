#:package Microsoft.ML@5.0.1
#:package ModelRegistry.Weights@0.1.0
#:property PublishAot=false

// Trains a linear classifier with ML.NET on the first 1,500 digits of samples/digits/heldout, measures it on the other 500, and writes the files that a registration takes.
// usage: dotnet run train.cs -- OUTPUT
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using ModelRegistry.Weights;

var digits = Path.Combine("..", "digits", "heldout");
var images = NpyFile.Read(Path.Combine(digits, "images.npy")).Bytes.ToArray();
var labels = NpyFile.Read(Path.Combine(digits, "labels.npy")).Bytes.ToArray();
var all = labels.Select((label, i) => new Digit { Value = label, Pixels = [.. images.Skip(i * 28 * 28).Take(28 * 28).Select(pixel => pixel / 255f)] }).ToList();

var context = new MLContext(seed: 1);
var training = context.Data.LoadFromEnumerable(all.Take(1500));
var pipeline = context.Transforms.Conversion.MapValueToKey("Label", nameof(Digit.Value))
    .Append(context.MulticlassClassification.Trainers.SdcaMaximumEntropy(featureColumnName: nameof(Digit.Pixels), l2Regularization: 0.01f, maximumNumberOfIterations: 30))
    .Append(context.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
var model = pipeline.Fit(training);
var accuracy = context.MulticlassClassification.Evaluate(model.Transform(context.Data.LoadFromEnumerable(all.Skip(1500)))).MicroAccuracy;

var output = Directory.CreateDirectory(args[0]).FullName;
context.Model.Save(model, training.Schema, Path.Combine(output, "digits.zip"));
File.WriteAllText(Path.Combine(output, "metrics.json"), string.Create(CultureInfo.InvariantCulture, $"{{ \"accuracy\": {accuracy:0.####} }}\n"));

internal sealed class Digit
{
    [VectorType(28 * 28)]
    public float[] Pixels { get; set; } = [];

    public uint Value { get; set; }
}
