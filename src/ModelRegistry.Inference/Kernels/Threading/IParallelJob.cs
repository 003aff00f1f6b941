namespace ModelRegistry.Inference.Kernels.Threading;

/// <summary>Independent pieces of work, numbered from 0. A struct, so that a loop over it neither allocates nor calls through a pointer.</summary>
internal interface IParallelJob
{
    /// <param name="piece">Which piece.</param>
    /// <param name="worker">Who does it: 0 ≤ worker &lt; <see cref="WorkSplitter.Workers"/>, one thread at a time; its scratch is its own.</param>
    void Execute(int piece, int worker);
}
