using System.Globalization;
using ModelRegistry.Weights;

namespace ModelRegistry.Inference;

/// <summary>
/// A network with its weights, its preprocessing and its labels: the shortest way from files to an answer.
/// <code>
/// using var runner = ModelRunner.Load("resnet18.pth", "resnet18", ImagePreprocessing.ImageNet, File.ReadAllLines("labels.txt"));
/// Console.WriteLine(runner.Classify(ImageInput.Load("cat.png"))[0].Label);
/// </code>
/// Runs one input at a time; callers on other threads wait.
/// </summary>
public sealed class ModelRunner : IDisposable
{
    private readonly WeightsFile _weights;
    private readonly ImagePreprocessing _preprocessing;
    private readonly IReadOnlyList<string>? _labels;

    private ModelRunner(WeightsFile weights, CompiledModel model, ImagePreprocessing? preprocessing, IReadOnlyList<string>? labels) =>
        (_weights, Model, _preprocessing, _labels) = (weights, model, preprocessing ?? new ImagePreprocessing(), labels);

    /// <summary>The network itself: its inputs, outputs and memory.</summary>
    public CompiledModel Model { get; }

    /// <summary>Loads a built-in network.</summary>
    /// <param name="weightsPath">A PyTorch or safetensors file.</param>
    /// <param name="architecture">A name of <see cref="Architecture.BuiltIn"/>.</param>
    /// <param name="preprocessing">For images; left out, they are only scaled to 0..1.</param>
    /// <param name="labels">One for each class, or none.</param>
    /// <param name="options">Threads and memory.</param>
    /// <exception cref="InferenceException">Anything but the weights file is not as it should be (MR06xx).</exception>
    /// <exception cref="WeightsFormatException">The weights file is refused (MR05xx).</exception>
    public static ModelRunner Load(
        string weightsPath, string architecture, ImagePreprocessing? preprocessing = null, IReadOnlyList<string>? labels = null, InferenceOptions? options = null) =>
        Load(weightsPath, Architecture.Get(architecture), preprocessing, labels, options);

    /// <summary>Loads a network of one's own.</summary>
    /// <inheritdoc cref="Load(string, string, ImagePreprocessing?, IReadOnlyList{string}?, InferenceOptions?)"/>
    /// <param name="weightsPath">A PyTorch or safetensors file.</param>
    /// <param name="architecture">The network, e.g. of <see cref="Architecture.Parse"/>.</param>
    /// <param name="preprocessing">For images; left out, they are only scaled to 0..1.</param>
    /// <param name="labels">One for each class, or none.</param>
    /// <param name="options">Threads and memory.</param>
    public static ModelRunner Load(
        string weightsPath, Architecture architecture, ImagePreprocessing? preprocessing = null, IReadOnlyList<string>? labels = null, InferenceOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(weightsPath);
        ArgumentNullException.ThrowIfNull(architecture);
        // As a verification reads it: harmless values beside the tensors are skipped, anything else is refused.
        var weights = WeightsFile.Open(weightsPath, new WeightsReadOptions { TensorsOnly = true });
        CompiledModel? model = null;
        try
        {
            model = CompiledModel.Load(weights, architecture, options);
            RefuseOtherLabels(model, labels);
            return new ModelRunner(weights, model, preprocessing, labels);
        }
        catch
        {
            model?.Dispose();
            weights.Dispose();
            throw;
        }
    }

    /// <summary>Loads what a registry knows about a model.</summary>
    /// <param name="model">Generated for each model that a project references: <c>ModelRunner.Load(Models.Digits)</c>.</param>
    /// <param name="options">Threads and memory.</param>
    /// <exception cref="InferenceException">Anything but the weights file is not as it should be (MR06xx).</exception>
    /// <exception cref="WeightsFormatException">The weights file is refused (MR05xx).</exception>
    public static ModelRunner Load(ModelDescription model, InferenceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Load(ModelDescription.InApp(model.WeightsPath), model.LoadArchitecture(), model.Preprocessing, model.Labels, options);
    }

    /// <summary>Runs the network on tensors.</summary>
    /// <inheritdoc cref="CompiledModel.Run"/>
    public IReadOnlyList<TensorValue> Run(params IReadOnlyList<TensorValue> inputs) => Model.Run(inputs);

    /// <summary>The network's input for an image: its channels, its layout, and flattened where it takes vectors.</summary>
    /// <exception cref="InferenceException">MR0623: the preprocessing does not suit the network. MR0616: the network takes no image.</exception>
    public TensorValue Prepare(ImageInput image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (Model.Inputs is not [var input])
            throw new InferenceException(InferenceCodes.InputMismatch, $"the network takes {Model.Inputs.Count} inputs, an image is one");
        switch (input.Shape)
        {
            case [_, var channels, _, _]:
                return _preprocessing.Apply(image, channels < 0 ? image.Channels : (int)channels);
            case [_, var features]:
                var channelsOfVector = features < 0 || features % 3 != 0 ? 1 : image.Channels;
                var tensor = _preprocessing.Apply(image, channelsOfVector);
                return new TensorValue([1, tensor.Values.Length], tensor.Values);
            default:
                throw new InferenceException(InferenceCodes.InputMismatch, $"the network takes {Operations.Dimension.Show(input.Shape)}, not an image");
        }
    }

    /// <summary>The likeliest classes of an image, likeliest first.</summary>
    /// <param name="image">Prepared as the preprocessing says.</param>
    /// <param name="top">How many, at most; all classes when there are fewer.</param>
    /// <exception cref="InferenceException">MR0617: the network does not yield one vector of scores, or they are not finite. Others as for <see cref="Prepare"/> and <see cref="Run"/>.</exception>
    public IReadOnlyList<Classification> Classify(ImageInput image, int top = 5)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        return Rank(Run(Prepare(image)), top);
    }

    /// <summary>Frees memory and closes the weights file.</summary>
    public void Dispose()
    {
        Model.Dispose();
        _weights.Dispose();
    }

    private IReadOnlyList<Classification> Rank(IReadOnlyList<TensorValue> outputs, int top)
    {
        if (outputs is not [{ Shape: [1, _] } scores])
            throw new InferenceException(InferenceCodes.NotAClassifier, $"the network yields {string.Join(", ", outputs.Select(output => Operations.Dimension.Show(output.Shape)))}, not one vector of class scores");
        if (!scores.IsFinite)
            throw new InferenceException(InferenceCodes.NotAClassifier, "the class scores are not finite", hint: "the weights or the input are damaged");
        var probabilities = Softmax(scores.Values.Span);
        return [.. Enumerable.Range(0, probabilities.Length)
            .OrderByDescending(index => probabilities[index])
            .ThenBy(index => index)
            .Take(top)
            .Select(index => new Classification(index, LabelOf(index), (float)probabilities[index]))];
    }

    private string LabelOf(int index) =>
        _labels is not null && index < _labels.Count ? _labels[index] : index.ToString(CultureInfo.InvariantCulture);

    private static double[] Softmax(ReadOnlySpan<float> scores)
    {
        var result = new double[scores.Length];
        var largest = float.NegativeInfinity;
        foreach (var score in scores)
            largest = Math.Max(largest, score);
        for (var i = 0; i < result.Length; i++)
            result[i] = Math.Exp(scores[i] - (double)largest);
        var sum = result.Sum();
        for (var i = 0; i < result.Length; i++)
            result[i] /= sum;
        return result;
    }

    private static void RefuseOtherLabels(CompiledModel model, IReadOnlyList<string>? labels)
    {
        if (labels is null || model.Outputs is not [{ Shape: [_, var classes] }] || classes < 0 || classes == labels.Count)
            return;
        throw new InferenceException(InferenceCodes.LabelCount, $"{labels.Count} labels for {classes} classes", hint: "give one label for each output of the network, in its order");
    }
}
