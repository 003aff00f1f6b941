using System.Collections.Immutable;

namespace ModelRegistry.Verification.Hosting;

/// <summary>What a program that holds engines says of itself.</summary>
public sealed record EngineDescription
{
    /// <summary>The version of the protocol that it speaks.</summary>
    public int Protocol { get; init; } = EngineProtocol.Version;

    /// <summary>The .NET runtime, such as <c>.NET 10.0.1</c>.</summary>
    public string Runtime { get; init; } = "";

    /// <summary>The platform, such as <c>linux-x64</c>.</summary>
    public string Platform { get; init; } = "";

    /// <summary>Its engines.</summary>
    public ImmutableArray<DescribedEngine> Engines { get; init; } = [];
}

/// <summary>One engine of a program.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Formats">The formats that it loads, as manifests name them.</param>
public sealed record DescribedEngine(string Name, string Version, ImmutableArray<string> Formats);
