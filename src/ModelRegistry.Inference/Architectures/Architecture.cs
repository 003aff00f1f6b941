using System.Reflection;
using System.Text;
using ModelRegistry.Inference.Architectures;
using ModelRegistry.Inference.Architectures.Document;
using ModelRegistry.Inference.Architectures.Expansion;
using ModelRegistry.Inference.Graphs;
using ModelRegistry.Inference.Operations;
using ModelRegistry.Inference.Weights;

namespace ModelRegistry.Inference;

/// <summary>
/// A network as data: operations, their connections and the names of their tensors. Widths, channels, depths and class
/// counts are read from the tensors. Built-in networks are written in the vocabulary that users write theirs in:
/// <c>docs/schemas/architecture.schema.json</c>.
/// </summary>
public sealed class Architecture
{
    private const string ResourcePrefix = "ModelRegistry.Inference.Architectures.builtin.";
    private readonly ArchitectureDocument _document;
    private readonly string _source;

    private Architecture(ArchitectureDocument document, string source) => (_document, _source) = (document, source);

    /// <summary>Names of the networks that come with the product, in alphabetical order.</summary>
    public static IReadOnlyList<string> BuiltIn { get; } =
        [.. typeof(Architecture).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            .Select(name => name[ResourcePrefix.Length..^".json".Length])
            .Order(StringComparer.Ordinal)];

    /// <summary>The name the file gives itself.</summary>
    public string Name => _document.Name;

    /// <summary>One line about the network, or null.</summary>
    public string? Description => _document.Description;

    /// <summary>A built-in network.</summary>
    /// <exception cref="InferenceException">MR0602: no built-in network bears the name.</exception>
    public static Architecture Get(string name)
    {
        if (!BuiltIn.Contains(name))
        {
            throw new InferenceException(
                Codes.ArchitectureUnknown,
                $"no built-in architecture is called '{DisplayText.Escape(name)}'",
                hint: $"{Suggestion.For(name, BuiltIn)} Another network is described by an architecture.json of its own");
        }

        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"{ResourcePrefix}{name}.json")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return Parse(reader.ReadToEnd());
    }

    /// <summary>Reads an architecture file.</summary>
    /// <param name="json">The text, at most 1 MiB.</param>
    /// <exception cref="InferenceException">MR0601 to MR0610: the file is refused, with the JSON path.</exception>
    public static Architecture Parse(string json) => new(ArchitectureReader.Read(json), json);

    /// <summary>The file's text, as a user would write it: a starting point for one's own.</summary>
    public string ToJson() => _source.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";

    /// <summary>Unrolls the network for a state dict and holds every key and shape against it.</summary>
    /// <exception cref="StateDictException">A key is missing, unexpected or misshapen; all of them are named.</exception>
    internal BoundNetwork Bind(IWeightSource weights)
    {
        var requirements = new TensorRequirements(weights);
        Graph graph;
        try
        {
            graph = GraphBuilder.Build(_document, weights, requirements);
        }
        catch (InferenceException) when (requirements.HasDifference)
        {
            // What failed follows from the tensors that are not there.
            throw new StateDictException(Name, requirements.PartialDifference());
        }

        var (shapes, misfit) = ShapeInference.Infer(graph, [.. graph.Inputs.Select(input => input.Shape)], requirements);
        var difference = requirements.Difference();
        if (!difference.IsEmpty)
            throw new StateDictException(Name, difference);
        return misfit is null ? new BoundNetwork(graph, weights, shapes) : throw misfit;
    }
}
