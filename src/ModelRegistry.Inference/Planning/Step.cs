namespace ModelRegistry.Inference.Planning;

/// <summary>Runs a kernel on the values of a frame.</summary>
internal delegate void Kernel(Frame frame);

/// <summary>One kernel call of a plan.</summary>
/// <param name="Name">The node, for messages.</param>
/// <param name="Reads">Values it reads.</param>
/// <param name="Writes">Value it yields.</param>
/// <param name="Kernel">The call.</param>
internal sealed record Step(string Name, IReadOnlyList<int> Reads, int Writes, Kernel Kernel)
{
    /// <summary>A value that the result may overwrite, when nobody reads it afterwards.</summary>
    internal int? Overwritable { get; init; }

    /// <summary>The values that make up the result one after another, so that they may be computed in place.</summary>
    internal IReadOnlyList<int> Joins { get; init; } = [];

    /// <summary>Values that only this step writes and reads.</summary>
    internal IReadOnlyList<int> Scratch { get; init; } = [];
}
