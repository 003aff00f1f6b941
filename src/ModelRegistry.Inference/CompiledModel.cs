using ModelRegistry.Inference.Graphs;
using ModelRegistry.Inference.Kernels.Memory;
using ModelRegistry.Inference.Kernels.Threading;
using ModelRegistry.Inference.Operations;
using ModelRegistry.Inference.Planning;
using ModelRegistry.Inference.Weights;
using ModelRegistry.Weights;

namespace ModelRegistry.Inference;

/// <summary>
/// A network with its weights, ready to run: batch norm folded, additions and activations merged into convolutions,
/// weights packed once, memory planned per input shape and reused. Runs one input at a time; callers on other threads wait.
/// </summary>
public sealed class CompiledModel : IDisposable
{
    private const int PlansKept = 8;

    private readonly Lock _lock = new();
    private readonly Graph _graph;
    private readonly IWeightSource _source;
    private readonly LayerCache _layers;
    private readonly InferenceOptions _options;
    private readonly List<(long[][] Shapes, ExecutionPlan Plan)> _plans = [];
    private WorkSplitter? _workers;
    private AlignedBuffer? _arena;

    private CompiledModel(BoundNetwork network, InferenceOptions options)
    {
        (_graph, _source, _options) = (network.Graph, network.Weights, options);
        var weights = new CheckedWeights(_source);
        WeightBytes = weights.Bytes;
        RefuseOverLimit(WeightBytes, "the weights");
        (Inputs, Outputs) = (network.Inputs, network.Outputs);
        Notes = network.Notes;
        _layers = new LayerCache(_graph, weights);
        try
        {
            PlanBuilder.Prepare(_graph, network.Shapes, _layers, options.ResolvedThreads);
            weights.RefuseNonFinite();
            _workers = new WorkSplitter(options.ResolvedThreads);
        }
        catch
        {
            _layers.Dispose();
            throw;
        }
    }

    /// <summary>What the network takes.</summary>
    public IReadOnlyList<TensorDeclaration> Inputs { get; }

    /// <summary>What the network yields.</summary>
    public IReadOnlyList<TensorDeclaration> Outputs { get; }

    /// <summary>What was seen through to make the weights fit, such as a wrapper's prefix; one line each, mostly none.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Bytes of the weights as float32.</summary>
    public long WeightBytes { get; }

    /// <summary>Loads weights into an architecture, strictly: every key and shape is accounted for.</summary>
    /// <param name="weights">Stays open, and belongs to the caller, until the model is disposed.</param>
    /// <param name="architecture">The network.</param>
    /// <param name="options">Defaults: a thread per processor, 4 GiB.</param>
    /// <exception cref="StateDictException">MR0611: keys are missing, unexpected or misshapen.</exception>
    /// <exception cref="InferenceException">MR0613: a tensor holds NaN or infinity. MR0615: the weights exceed the memory limit. MR0603 to MR0612: the architecture does not fit.</exception>
    /// <exception cref="WeightsFormatException">A tensor's type does not convert to float32.</exception>
    public static CompiledModel Load(WeightsFile weights, Architecture architecture, InferenceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(architecture);
        return Load(new WeightsFileSource(weights), architecture, options);
    }

    internal static CompiledModel Load(IWeightSource weights, Architecture architecture, InferenceOptions? options = null) =>
        new(architecture.Bind(weights), (options ?? new InferenceOptions()).Validated());

    /// <summary>Runs the network.</summary>
    /// <param name="inputs">One tensor for each of <see cref="Inputs"/>.</param>
    /// <returns>One tensor for each of <see cref="Outputs"/>; the same values for the same input, whatever the number of threads.</returns>
    /// <exception cref="InferenceException">MR0616: an input has another shape. MR0612: the network cannot process this size. MR0615: it needs more memory than allowed.</exception>
    public IReadOnlyList<TensorValue> Run(params IReadOnlyList<TensorValue> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_workers is null, this);
            InputCheck.RefuseFractions(_graph, inputs);
            var plan = PlanFor([.. inputs.Select(input => input.Shape.ToArray())]);
            RefuseOverLimit(Memory(plan), $"an input of {string.Join(", ", inputs.Select(input => Dimension.Show(input.Shape)))}");
            if (_arena is null || _arena.Length < plan.ArenaLength)
            {
                _arena?.Dispose();
                _arena = new AlignedBuffer((int)plan.ArenaLength);
            }

            return plan.Run(inputs, _arena, _workers);
        }
    }

    /// <summary>Bytes that weights and intermediate results take together for inputs of these shapes; nothing is allocated.</summary>
    /// <exception cref="InferenceException">As for <see cref="Run"/>, without the limit.</exception>
    public long RequiredMemory(params IReadOnlyList<IReadOnlyList<long>> shapes)
    {
        ArgumentNullException.ThrowIfNull(shapes);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_workers is null, this);
            return Memory(PlanFor([.. shapes.Select(shape => shape.ToArray())]));
        }
    }

    /// <summary>Frees threads and memory; the weights file stays open.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _workers?.Dispose();
            _arena?.Dispose();
            (_workers, _arena) = (null, null);
            _plans.Clear();
            _layers.Dispose();
        }
    }

    private ExecutionPlan PlanFor(long[][] shapes)
    {
        foreach (var known in _plans)
        {
            if (known.Shapes.Length == shapes.Length && known.Shapes.Zip(shapes).All(pair => pair.First.SequenceEqual(pair.Second)))
                return known.Plan;
        }

        InputCheck.Refuse(_graph, shapes);
        var plan = PlanBuilder.Build(_graph, shapes, new TensorRequirements(_source), _layers);
        if (_plans.Count == PlansKept)
            _plans.RemoveAt(0);
        _plans.Add((shapes, plan));
        return plan;
    }

    private long Memory(ExecutionPlan plan) => checked(WeightBytes + plan.ArenaLength * sizeof(float));

    private void RefuseOverLimit(long bytes, string what)
    {
        const long Addressable = int.MaxValue * (long)sizeof(float);
        if (bytes > Math.Min(_options.MemoryLimit, Addressable + WeightBytes))
        {
            throw new InferenceException(
                InferenceCodes.MemoryLimit,
                $"{what} would take {bytes / 1048576.0:F0} MiB, more than the limit of {_options.MemoryLimit / 1048576.0:F0} MiB",
                hint: "raise the memory limit, or give a smaller input or batch");
        }
    }
}
