namespace ModelRegistry.Weights.Tests.Writing;

/// <summary>A test against real PyTorch, skipped by name where no Python on the machine can import it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PyTorchFactAttribute : FactAttribute
{
    public PyTorchFactAttribute()
    {
        if (!PyTorch.IsAvailable)
            Skip = "no Python here can import numpy and torch";
    }
}
