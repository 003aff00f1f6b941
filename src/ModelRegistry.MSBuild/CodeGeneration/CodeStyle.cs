namespace ModelRegistry.MSBuild.CodeGeneration;

/// <summary>What a project says about its generated code.</summary>
internal sealed record CodeStyle
{
    /// <summary>The namespace; empty for the global one.</summary>
    public string Namespace { get; init; } = "";

    /// <summary><c>internal</c> or <c>public</c>.</summary>
    public string Visibility { get; init; } = "internal";

    /// <summary>The class, where the project names one.</summary>
    public string? ClassName { get; init; }

    /// <summary>Whether every file of the project is to see the namespace, top-level statements too. Needs C# 10.</summary>
    public bool ImplicitUsings { get; init; }
}
