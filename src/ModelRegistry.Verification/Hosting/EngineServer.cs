using System.Diagnostics;
using ModelRegistry.Inference;
using ModelRegistry.Verification.Checks;
using ModelRegistry.Weights;

namespace ModelRegistry.Verification.Hosting;

/// <summary>The serving mode, in the program: one model, loaded once, and one input after the other.</summary>
internal sealed class EngineServer(IReadOnlyList<IVerificationEngine> engines, Stream input, Stream output)
{
    private LoadedNetwork? _network;

    public async Task<int> RunAsync()
    {
        try
        {
            while (await Frames.ReadAsync(input, VerificationJson.Default.ServeRequest, CancellationToken.None).ConfigureAwait(false) is { End: false } request)
                await Frames.WriteAsync(output, Answer(request) with { Id = request.Id }, VerificationJson.Default.ServeAnswer, CancellationToken.None).ConfigureAwait(false);
            return 0;
        }
        finally
        {
            _network?.Dispose();
        }
    }

    private ServeAnswer Answer(ServeRequest request)
    {
        try
        {
            return request switch
            {
                { Load: { } load } => Load(load),
                { Run: { } run } when _network is not null => new ServeAnswer { Result = Run(run, _network) },
                _ => Refused(VerificationCodes.EngineBroken.Code, "the first message must load a model, and the others must run it"),
            };
        }
        catch (Exception failure) when (CheckFailure.Of(failure) is { } known)
        {
            return new ServeAnswer { Failure = known };
        }
    }

    private ServeAnswer Load(VerificationRequest request)
    {
        if (EngineProgram.Choose(request, engines, out var reason) is not { } engine) return Refused(VerificationCodes.EngineBroken.Code, reason);
        _network?.Dispose();
        _network = null;
        var start = Stopwatch.GetTimestamp();
        _network = LoadedNetwork.Load(request, engine, LoadedNetwork.ReadArchitecture(request), runsOften: true);
        return new ServeAnswer
        {
            Loaded = new ServedModelInfo
            {
                Engine = engine.Name,
                EngineVersion = engine.Version,
                Inputs = [.. _network.Inputs.Select(i => new DeclaredTensor(i.Name, i.DType.DisplayName(), [.. i.Shape]))],
                LoadMilliseconds = Milliseconds(start),
            },
        };
    }

    private static RunResult Run(RunRequest request, LoadedNetwork network)
    {
        var start = Stopwatch.GetTimestamp();
        var inputs = Prepare(request, network);
        var prepared = Milliseconds(start);
        start = Stopwatch.GetTimestamp();
        var outputs = network.Run(inputs);
        var ran = Milliseconds(start);
        return new RunResult
        {
            Outputs = [.. outputs.Select(Data)],
            Inputs = [.. inputs.Select(Data)],
            Top = network.Top(outputs, request.Top),
            Timings = Manifest.NoMetrics.SetItem("prepare", prepared).SetItem("run", ran),
        };
    }

    private static IReadOnlyList<Tensor> Prepare(RunRequest request, LoadedNetwork network) => request switch
    {
        { Image: { } image } => [network.Prepare(ImageInput.Decode(image))],
        { Array: { } array } => [TensorFiles.FromNpy(network.Inputs is [var only] ? only.Name : "input", array)],
        { Parts: { Length: > 0 } parts } => [.. parts.Select((part, i) => Prepare(part, i, parts.Length, network))],
        _ => [.. request.Inputs.Select(Tensors)],
    };

    private static Tensor Prepare(RunPart part, int index, int count, LoadedNetwork network)
    {
        var inputs = network.Inputs;
        if (!inputs.IsEmpty && inputs.Length != count) throw new InferenceException("MR0616", $"the network takes {inputs.Length} inputs, and {count} are given", hint: "give each of its inputs once");
        return part switch
        {
            { Image: { } image } => network.Prepare(ImageInput.Decode(image), index),
            { Array: { } array } => TensorFiles.FromNpy(inputs.IsEmpty ? "input" : inputs[index].Name, array),
            { Tensor: { } tensor } => Tensors(tensor),
            _ => throw new InferenceException("MR0616", $"input {index + 1} is given nothing", hint: "give an image, an array or a tensor"),
        };
    }

    private static Tensor Tensors(TensorData data)
    {
        var dtype = DeclaredTensor.ParseType(data.Dtype);
        try
        {
            return Tensor.FromBytes(data.Name, dtype, data.Shape.AsSpan(), data.Data);
        }
        catch (ArgumentException failure)
        {
            throw new InferenceException("MR0616", failure.Message, inner: failure);
        }
    }

    private static TensorData Data(Tensor tensor)
    {
        var bytes = new byte[tensor.ByteLength];
        tensor.CopyTo(bytes);
        return new TensorData(tensor.Name, tensor.DType.DisplayName(), tensor.Shape, bytes);
    }

    private static ServeAnswer Refused(string code, string message) => new() { Failure = new ServeFailure(code, message, null) };

    private static double Milliseconds(long start) => Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 3);
}
