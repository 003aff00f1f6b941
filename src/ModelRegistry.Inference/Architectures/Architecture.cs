using System.Text;
using ModelRegistry.Inference.Architectures;
using ModelRegistry.Inference.Architectures.Binding;
using ModelRegistry.Inference.Architectures.Document;
using ModelRegistry.Inference.Graphs;
using ModelRegistry.Inference.Weights;

namespace ModelRegistry.Inference;

/// <summary>
/// A network as data: operations, their connections and the names of their tensors. Widths, channels, depths and class
/// counts are read from the tensors. Built-in networks are written in the vocabulary that users write theirs in:
/// <c>docs/schemas/architecture.schema.json</c>.
/// </summary>
public sealed class Architecture
{
    private readonly ArchitectureDocument _document;
    private readonly string _source;

    private Architecture(ArchitectureDocument document, string source) => (_document, _source) = (document, source);

    /// <summary>Names of the networks that come with the product, in alphabetical order.</summary>
    public static IReadOnlyList<string> BuiltIn => BuiltInArchitectures.Names;

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
                InferenceCodes.ArchitectureUnknown,
                $"no built-in architecture is called '{DisplayText.Escape(name)}'",
                hint: $"{Suggestion.For(name, BuiltIn)} Another network is described by an architecture.json of its own");
        }

        return Parse(BuiltInArchitectures.Text(name));
    }

    /// <summary>Reads an architecture file.</summary>
    /// <param name="json">The text, at most 1 MiB.</param>
    /// <exception cref="InferenceException">MR0601 to MR0610: the file is refused, with the JSON path.</exception>
    public static Architecture Parse(string json) => new(ArchitectureReader.Read(json), json);

    /// <summary>Reads an architecture file.</summary>
    /// <exception cref="InferenceException">MR0624: the file cannot be read. MR0601 to MR0610: it is refused, with the JSON path.</exception>
    public static Architecture Load(string path) => Parse(InputFile.Open(path, stream =>
    {
        // One byte more than is allowed is enough to be refused for it.
        var text = new byte[(int)Math.Min(stream.Length, ArchitectureLimits.FileBytes + 1)];
        stream.ReadExactly(text);
        return Encoding.UTF8.GetString(text).TrimStart('\uFEFF');
    }));

    /// <summary>The file's text, as a user would write it: a starting point for one's own.</summary>
    public string ToJson() => _source.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";

    /// <summary>Names of parameters that the file states, because no tensor tells them.</summary>
    internal IReadOnlyList<string> AssumedParameters =>
        [.. _document.Parameters.Where(parameter => parameter.Value is LiteralTemplate or ListTemplate).Select(parameter => parameter.Name)];

    /// <summary>Unrolls the network for a state dict and holds every key and shape against it.</summary>
    /// <exception cref="StateDictException">A key is missing, unexpected or misshapen; all of them are named.</exception>
    internal BoundNetwork Bind(IWeightSource weights) => NetworkBinder.Bind(_document, weights);
}
