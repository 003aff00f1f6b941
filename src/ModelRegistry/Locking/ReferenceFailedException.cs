using ModelRegistry.Diagnostics;

namespace ModelRegistry.Locking;

/// <summary>A failure that belongs to one reference, so that a front end can point at the line that asks for it.</summary>
/// <param name="request">The reference.</param>
/// <param name="failure">What failed.</param>
public sealed class ReferenceFailedException(ModelRequest request, ModelRegistryException failure) : Exception(failure.Message, failure)
{
    /// <summary>The reference.</summary>
    public ModelRequest Request { get; } = request;

    /// <summary>What failed.</summary>
    public ModelRegistryException Failure { get; } = failure;
}
