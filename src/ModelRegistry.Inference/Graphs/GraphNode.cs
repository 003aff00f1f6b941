using ModelRegistry.Inference.Operations;

namespace ModelRegistry.Inference.Graphs;

/// <summary>One operation of an expanded network.</summary>
/// <param name="Name">Unique for messages: the tensor key where there is one, else the path of names.</param>
/// <param name="Operation">What it does.</param>
/// <param name="Inputs">Indices of values: graph inputs come first, then one value for each node.</param>
/// <param name="Attributes">Checked and complete.</param>
/// <param name="Key">Prefix of its tensors in the state dict, or null.</param>
/// <param name="Path">Where in the architecture file it stands.</param>
internal sealed record GraphNode(
    string Name, Operation Operation, IReadOnlyList<int> Inputs, AttributeValues Attributes, string? Key, string Path)
{
    internal string Where => $"node '{DisplayText.Escape(Name)}' ({Path})";

    internal string TensorKey(string role) => role.Length == 0 ? Key! : $"{Key}.{role}";
}
