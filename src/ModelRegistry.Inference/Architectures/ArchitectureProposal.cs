using ModelRegistry.Inference.Architectures;
using ModelRegistry.Inference.Architectures.Proposals;
using ModelRegistry.Inference.Weights;
using ModelRegistry.Weights;

namespace ModelRegistry.Inference;

/// <summary>A built-in network whose every key and shape is that of a weights file: a starting point for the model's own <c>architecture.json</c>.</summary>
/// <param name="Architecture">The network.</param>
/// <param name="Others">Other built-in names that the same tensors fit.</param>
/// <param name="Notes">What was seen through, and what the tensors do not tell; one line each.</param>
public sealed record ArchitectureProposal(Architecture Architecture, IReadOnlyList<string> Others, IReadOnlyList<string> Notes)
{
    /// <summary>Looks for the networks that fit.</summary>
    /// <exception cref="InferenceException">MR0628: none fits; the nearest is named with what differs. MR0614: two tensors bear one name.</exception>
    public static ArchitectureProposal For(WeightsFile weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var source = new WeightsFileSource(weights);
        return weights.Format is WeightsFormat.TorchScript or WeightsFormat.Onnx ? GraphProposal.For(weights, source) : For(source);
    }

    internal static ArchitectureProposal For(IWeightSource weights)
    {
        var fitting = new List<(Architecture Architecture, IReadOnlyList<string> Notes)>();
        StateDictException? nearest = null;
        foreach (var name in BuiltInArchitectures.Names)
        {
            var architecture = Architecture.Get(name);
            try
            {
                fitting.Add((architecture, architecture.Bind(weights).Notes));
            }
            catch (StateDictException exception)
            {
                nearest = nearest is null || exception.Difference.Distance < nearest.Difference.Distance ? exception : nearest;
            }
            catch (InferenceException)
            {
                // The tensors are those of the network, and do not go together: not it.
            }
        }

        // A network with a file of its own comes before those that are told from it by their names only.
        var best = fitting.OrderBy(fit => BuiltInArchitectures.Variants.Contains(fit.Architecture.Name)).FirstOrDefault();
        if (best.Architecture is null)
        {
            throw new InferenceException(
                InferenceCodes.ArchitectureNotTold,
                nearest is null ? "the tensors are those of no built-in network" : $"no built-in network has these tensors; {nearest.Message}",
                hint: "start from the nearest with 'modelreg architectures NAME', or describe the network in the same vocabulary");
        }

        return new ArchitectureProposal(
            best.Architecture,
            [.. fitting.Select(fit => fit.Architecture.Name).Where(name => name != best.Architecture.Name)],
            [.. best.Notes, .. NotTold(best.Architecture)]);
    }

    private static IEnumerable<string> NotTold(Architecture architecture)
    {
        var assumed = architecture.AssumedParameters;
        if (assumed.Count > 0)
            yield return $"no tensor tells {string.Join(", ", assumed)}: taken as in {architecture.Name}";
        yield return "tensors do not tell strides, activations or where pictures shrink either: compare the outputs with those of the training code";
    }
}
