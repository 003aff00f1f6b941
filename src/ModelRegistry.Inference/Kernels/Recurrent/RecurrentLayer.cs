using ModelRegistry.Inference.Kernels.Gemm;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels.Recurrent;

/// <summary>One layer of a recurrent network in one direction: all inputs in one product, then step after step.</summary>
internal sealed class RecurrentLayer : IDisposable
{
    private readonly RecurrentKind kind;
    private readonly Linear ofInput;
    private readonly Linear ofState;

    /// <param name="kind">Which cell.</param>
    /// <param name="inputWidth">Features of one step of the input.</param>
    /// <param name="hidden">Features of the state.</param>
    /// <param name="inputWeight">[gates · hidden, inputWidth]; copied.</param>
    /// <param name="stateWeight">[gates · hidden, hidden]; copied.</param>
    /// <param name="inputBias">[gates · hidden], or empty; copied.</param>
    /// <param name="stateBias">[gates · hidden], or empty; copied.</param>
    public RecurrentLayer(
        RecurrentKind kind,
        int inputWidth,
        int hidden,
        ReadOnlySpan<float> inputWeight,
        ReadOnlySpan<float> stateWeight,
        ReadOnlySpan<float> inputBias,
        ReadOnlySpan<float> stateBias)
    {
        (this.kind, Hidden) = (kind, hidden);
        ofInput = new Linear(inputWidth, Gates(kind) * hidden, inputWeight, inputBias);
        ofState = new Linear(hidden, Gates(kind) * hidden, stateWeight, stateBias);
    }

    public int Hidden { get; }

    private int Width => Gates(kind) * Hidden;

    /// <summary>Gates of one cell.</summary>
    public static int Gates(RecurrentKind kind) => kind switch { RecurrentKind.Lstm => 4, RecurrentKind.Gru => 3, _ => 1 };

    /// <summary>Floats that <see cref="Run"/> needs beside its result.</summary>
    public long ScratchLength(int batch, int steps) => (long)Width * batch * (steps + 1);

    /// <param name="order">Where the rows of one step are.</param>
    /// <param name="input">One row for each step of each sequence.</param>
    /// <param name="hidden">[batch, Hidden]: the first state, overwritten by the last.</param>
    /// <param name="cell">As <paramref name="hidden"/>, of an LSTM; else empty.</param>
    /// <param name="output">Rows as in <paramref name="input"/>, of <see cref="StepOrder.OutputWidth"/> features, of which Hidden from <see cref="StepOrder.OutputStart"/> on are written.</param>
    /// <param name="scratch">See <see cref="ScratchLength"/>.</param>
    public void Run(
        StepOrder order, ReadOnlySpan<float> input, Span<float> hidden, Span<float> cell, Span<float> output, Span<float> scratch, WorkSplitter workers)
    {
        int rows = order.Batch * order.Steps;
        Span<float> fromInput = scratch[..(rows * Width)], fromState = scratch.Slice(rows * Width, order.Batch * Width);
        ofInput.Run(rows, input, fromInput, workers);
        for (int step = 0; step < order.Steps; step++)
        {
            ofState.Run(order.Batch, hidden, fromState, workers);
            for (int n = 0; n < order.Batch; n++)
            {
                int row = order.Row(n, order.Reverse ? order.Steps - 1 - step : step);
                Span<float> state = hidden.Slice(n * Hidden, Hidden);
                Advance(fromInput.Slice(row * Width, Width), fromState.Slice(n * Width, Width), state, cell.IsEmpty ? cell : cell.Slice(n * Hidden, Hidden));
                state.CopyTo(output.Slice((row * order.OutputWidth) + order.OutputStart, Hidden));
            }
        }
    }

    public void Dispose()
    {
        ofInput.Dispose();
        ofState.Dispose();
    }

    private void Advance(ReadOnlySpan<float> x, ReadOnlySpan<float> u, Span<float> h, Span<float> c)
    {
        for (int i = 0; i < h.Length; i++)
        {
            switch (kind)
            {
                case RecurrentKind.Tanh:
                    h[i] = MathF.Tanh(x[i] + u[i]);
                    break;
                case RecurrentKind.Relu:
                    h[i] = MathF.Max(x[i] + u[i], 0);
                    break;
                case RecurrentKind.Lstm:
                    c[i] = (Sigmoid(Gate(x, u, 1, i)) * c[i]) + (Sigmoid(Gate(x, u, 0, i)) * MathF.Tanh(Gate(x, u, 2, i)));
                    h[i] = Sigmoid(Gate(x, u, 3, i)) * MathF.Tanh(c[i]);
                    break;
                default:
                    float reset = Sigmoid(Gate(x, u, 0, i)), update = Sigmoid(Gate(x, u, 1, i));
                    float fresh = MathF.Tanh(x[(2 * Hidden) + i] + (reset * u[(2 * Hidden) + i]));
                    h[i] = ((1 - update) * fresh) + (update * h[i]);
                    break;
            }
        }
    }

    private float Gate(ReadOnlySpan<float> x, ReadOnlySpan<float> u, int gate, int i) => x[(gate * Hidden) + i] + u[(gate * Hidden) + i];

    private static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));
}

/// <summary>How the rows of a sequence lie: [batch, steps] or [steps, batch]; read forwards or backwards.</summary>
internal readonly record struct StepOrder(int Batch, int Steps, bool BatchFirst, bool Reverse, int OutputWidth, int OutputStart)
{
    public int Row(int sequence, int step) => BatchFirst ? (sequence * Steps) + step : (step * Batch) + sequence;
}
