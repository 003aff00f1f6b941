using ModelRegistry.Inference.Operations;
using ModelRegistry.Inference.Tests.Kernels;
using ModelRegistry.Inference.Tests.Operations.References;

namespace ModelRegistry.Inference.Tests.Operations;

/// <summary>Each operation, from the text of an architecture to its result, against what PyTorch computed.</summary>
public sealed class OperationGoldenTests
{
    public static TheoryData<string> Names => [.. OperationCatalogue.All.Select(operation => operation.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_EachOperation_GivesWhatPyTorchGives(string name)
    {
        var cases = OperationCase.All.Where(item => item.Op == name).ToList();
        Assert.True(cases.Count > 0, $"fixtures/make_operation_goldens.py has no case of '{name}'");
        Assert.All(cases, item =>
        {
            using var model = CompiledModel.Load(item.Weights, Architecture.Parse(item.Architecture), new InferenceOptions { Threads = 2 });
            TensorValue[] inputs = [.. item.Inputs.Select(input => new TensorValue([.. input.Shape.Select(size => (long)size)], input.ToFloats()))];

            var output = Assert.Single(model.Run(inputs));

            Assert.Equal(item.Output.Shape.Select(size => (long)size), output.Shape);
            KernelAssert.Close(item.Output.ToFloats(), output.Values.Span, item.ToString());
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Reference_EachOperation_IsWhatPyTorchComputes(string name) => Assert.All(OperationCase.All.Where(item => item.Op == name), item =>
    {
        var reference = ScalarReference.Of(item);

        Assert.True(reference is not null, $"no scalar reference says what '{name}' means");
        Assert.Equal(item.Output.Shape, reference.Shape);
        KernelAssert.Close(item.Output.ToFloats(), reference.ToFloats(), item.ToString());
    });
}
