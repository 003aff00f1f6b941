using ModelRegistry.Inference.Kernels.Memory;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Planning;

/// <summary>A network made ready for inputs of one shape: kernel calls in order, and a place for each value.</summary>
/// <param name="Steps">In order of execution.</param>
/// <param name="Slots">Where each value lies.</param>
/// <param name="ArenaLength">Floats of memory that the places need.</param>
/// <param name="Outputs">Value and shape of each output.</param>
internal sealed record ExecutionPlan(
    IReadOnlyList<Step> Steps, Slot[] Slots, long ArenaLength, IReadOnlyList<(int Value, long[] Shape)> Outputs)
{
    internal List<TensorValue> Run(IReadOnlyList<TensorValue> inputs, AlignedBuffer arena, WorkSplitter workers)
    {
        var frame = new Frame(Slots, arena, inputs, workers);
        workers.BeginBurst();
        try
        {
            foreach (var step in Steps)
                step.Kernel(frame);
        }
        finally
        {
            workers.EndBurst();
        }

        return [.. Outputs.Select(output => new TensorValue(output.Shape, frame.Read(output.Value).ToArray()))];
    }
}
