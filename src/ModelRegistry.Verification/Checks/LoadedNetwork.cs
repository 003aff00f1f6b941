using System.Collections.Immutable;
using ModelRegistry.Inference;
using ModelRegistry.Verification.Engines;
using ModelRegistry.Weights;

namespace ModelRegistry.Verification.Checks;

/// <summary>A network with its weights in an engine, and what the manifest says of its inputs and classes.</summary>
internal sealed class LoadedNetwork : IDisposable
{
    private readonly VerificationRequest _request;
    private readonly IEngineSession _session;

    private LoadedNetwork(VerificationRequest request, IEngineSession session)
    {
        _request = request;
        _session = session;
        Inputs = Effective(session.Inputs, Declared(request));
    }

    /// <summary>What the engine found that it takes; empty where the format does not say.</summary>
    public IReadOnlyList<EngineInput> Found => _session.Inputs;

    /// <summary>What it takes: what the engine found, made more exact by what the manifest declares.</summary>
    public ImmutableArray<EngineInput> Inputs { get; }

    /// <summary>The architecture that the request names; null where it names none, or names in words what the file itself carries.</summary>
    public static Architecture? ReadArchitecture(VerificationRequest request) => request switch
    {
        { ArchitectureFile: { } file } => Architecture.Parse(File.ReadAllText(file)),
        { Architecture: null } => null,
        { Format: "onnx" or "torchscript", Architecture: var name } when !Architecture.BuiltIn.Contains(name) => null,
        { Architecture: var name } => Architecture.Get(name),
    };

    public static LoadedNetwork Load(VerificationRequest request, IVerificationEngine engine, Architecture? architecture, bool runsOften = false) => new(request, engine.Load(new EngineRequest
    {
        WeightsPath = request.Weights,
        Architecture = architecture,
        Inputs = Declared(request),
        Threads = request.Threads,
        MemoryLimit = request.MemoryLimit,
        RunsOften = runsOften,
    }));

    /// <summary>What was seen through to make the weights fit.</summary>
    public IReadOnlyList<string> Notes => _session.Notes;

    public IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs) => _session.Run(inputs);

    /// <summary>The network's input for an image.</summary>
    public Tensor Prepare(ImageInput image) => ImageTensor.Prepare(image, _request.Preprocessing, Inputs);

    /// <summary>One of the network's inputs for an image.</summary>
    public Tensor Prepare(ImageInput image, int index) => ImageTensor.Prepare(image, _request.Preprocessing, index < Inputs.Length ? [Inputs[index]] : []);

    /// <summary>The likeliest classes; none where the network is no classifier of one input.</summary>
    public ImmutableArray<TopClass> Top(IReadOnlyList<Tensor> outputs, int top) =>
        outputs is [{ Shape: [1, > 0] } scores] && TensorValues.IsFloat(scores.DType) && TensorValues.IsFinite(scores)
            ? TopClasses.Of(scores.ToFloat32(), _request.Labels is { } labels ? LabelLines.Read(labels) : [], top)
            : [];

    public void Dispose() => _session.Dispose();

    private static ImmutableArray<EngineInput> Declared(VerificationRequest request) =>
        [.. request.Inputs.Select(d => new EngineInput(d.Name, DeclaredTensor.ParseType(d.Dtype), d.Shape))];

    private static ImmutableArray<EngineInput> Effective(IReadOnlyList<EngineInput> found, ImmutableArray<EngineInput> declared) =>
        found.Count == 0 ? declared : [.. found.Select((input, i) => Counterpart(input, i, found, declared) is { } counterpart ? Merge(input, counterpart) : input)];

    // By name where the manifest uses the network's own names, else by place.
    private static EngineInput? Counterpart(EngineInput input, int place, IReadOnlyList<EngineInput> found, ImmutableArray<EngineInput> declared) =>
        declared.All(d => found.Any(f => f.Name == d.Name)) ? declared.FirstOrDefault(d => d.Name == input.Name) : declared.ElementAtOrDefault(place);

    private static EngineInput Merge(EngineInput found, EngineInput declared) => found with
    {
        DType = declared.DType,
        Shape = found.Shape.Count != declared.Shape.Count ? declared.Shape : [.. declared.Shape.Zip(found.Shape, (d, f) => d > 0 ? d : f)],
    };
}
