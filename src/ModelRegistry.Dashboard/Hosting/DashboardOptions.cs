using System.Collections.Immutable;

namespace ModelRegistry.Dashboard.Hosting;

/// <summary>What the command line of <c>modelreg serve</c> says.</summary>
public sealed record DashboardOptions
{
    public const int DefaultPort = 5117;

    /// <summary>The registry's directory; null for the nearest from the current directory upwards.</summary>
    public string? Registry { get; init; }

    /// <summary>The address to listen on; null for the loopback addresses.</summary>
    public string? Host { get; init; }

    /// <summary>The port; 0 lets the system choose.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>Further <c>host</c> or <c>host:port</c> that requests may name.</summary>
    public ImmutableArray<string> AllowedHosts { get; init; } = [];

    /// <summary>The path below which everything is served, such as <c>/models</c>; empty for the root.</summary>
    public string BasePath { get; init; } = "";

    /// <summary>Ask every request for the token that is printed at the start.</summary>
    public bool Token { get; init; }

    /// <summary>Show and never change.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Serve a scratch registry with the sample models.</summary>
    public bool Demo { get; init; }

    /// <summary>The namespace under which the clients of Hugging Face find the families.</summary>
    public string HubNamespace { get; init; } = "registry";

    /// <summary>Models that stay loaded for trying.</summary>
    public int LoadedModels { get; init; } = 2;

    /// <summary>How long a model may load, and each input run. Default 30 seconds.</summary>
    public TimeSpan RunLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a sender may be slower than the least rate before it is given up. Default 10 seconds.</summary>
    public TimeSpan PatienceWithSenders { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Largest file of an upload, in bytes.</summary>
    public long MaxUpload { get; init; } = 20L << 30;

    /// <summary>Where to write a static site; null to serve.</summary>
    public string? Export { get; init; }

    /// <summary>Write the files of the models into the export too.</summary>
    public bool WithFiles { get; init; }

    /// <summary>Lay the files of the models out in the export as clients of Hugging Face ask for them.</summary>
    public bool HubFiles { get; init; }

    /// <summary>The address that the export will have; for absolute links.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>End when standard input ends: how <c>modelreg serve</c> stops the program, and how it is stopped when that is killed.</summary>
    public bool StopWithInput { get; init; }

    public bool Quiet { get; init; }

    public bool Verbose { get; init; }

    public bool Json { get; init; }

    public bool Help { get; init; }
}
