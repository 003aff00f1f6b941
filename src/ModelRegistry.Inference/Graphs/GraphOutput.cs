namespace ModelRegistry.Inference.Graphs;

/// <summary>A declared output and the value it shows.</summary>
internal sealed record GraphOutput(string Name, int Value);
