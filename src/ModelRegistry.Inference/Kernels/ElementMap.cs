using System.Runtime.CompilerServices;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels;

/// <summary>A function of one element and up to two constants, as a type: the loop is compiled with the function inside.</summary>
internal interface IElementFunction
{
    static abstract float Apply(float x, float first, float second);
}

/// <summary>Functions of each element alone that no other kernel takes over. Output may be the input.</summary>
internal static unsafe class ElementMap
{
    private const int PieceLength = 16 * 1024;

    public static void Run<TFunction>(float first, float second, ReadOnlySpan<float> input, Span<float> output, WorkSplitter workers)
        where TFunction : IElementFunction
    {
        ShapeArithmetic.Expect(output.Length, input.Length, "output");
        fixed (float* from = input, to = output)
            workers.Run(((input.Length - 1) / PieceLength) + 1, new Job<TFunction> { First = first, Second = second, Input = from, Output = to, Length = input.Length });
    }

    private struct Job<TFunction> : IParallelJob
        where TFunction : IElementFunction
    {
        public float First;
        public float Second;
        public float* Input;
        public float* Output;
        public int Length;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Execute(int piece, int worker)
        {
            int end = Math.Min((piece + 1) * PieceLength, Length);
            for (int i = piece * PieceLength; i < end; i++)
                Output[i] = TFunction.Apply(Input[i], First, Second);
        }
    }
}
