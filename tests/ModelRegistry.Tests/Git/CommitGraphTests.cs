using System.Globalization;
using System.Text;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Git;

/// <summary>The commit graph, with the paths that changed, that sync and doctor keep near the tip.</summary>
public sealed class CommitGraphTests : IDisposable
{
    private readonly Team _team = new(clones: 1);
    private readonly RegistryOptions _options;
    private readonly string _graphs;

    public CommitGraphTests()
    {
        _options = _team.Options with { CommitGraphAfter = 4 };
        _graphs = Path.Combine(_team.Clones[0], ".git", "objects", "info", "commit-graphs");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Doctor_AfterThatManyCommits_WritesTheGraph_AndTheNextLayerAfterAsMany(bool fix)
    {
        Register(2);
        Doctor(fix);
        Assert.False(Directory.Exists(_graphs));

        Register(1);
        Doctor(fix);
        Assert.Equal(4, Counted());
        Register(3);
        Doctor(fix);
        Assert.Equal(4, Counted());
        Register(1);
        Doctor(fix);
        Assert.Equal(8, Counted());
        Doctor(fix);
        Assert.Equal(8, Counted());
    }

    [Fact]
    public void Sync_AfterThatManyCommits_WritesTheGraph()
    {
        Register(2);
        Open().Sync();
        Assert.False(Directory.Exists(_graphs));

        Register(1);
        Open().Sync();

        Assert.Equal(4, Counted());
    }

    [Fact]
    public void GraphThatCannotBeWritten_StopsNothing()
    {
        Register(3);
        File.WriteAllText(_graphs, "no folder");

        Assert.Equal(3, Open().Sync().Pushed);
        Assert.DoesNotContain(Doctor(fix: false).Findings, f => f.Severity != DoctorSeverity.Info);
    }

    [Fact]
    public void WhileSomebodyWrites_DoctorLeavesTheGraphAlone()
    {
        Register(3);
        using (new FileStream(Path.Combine(_team.Clones[0], ".git", "modelreg.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)) Doctor(fix: false);

        Assert.False(Directory.Exists(_graphs));
    }

    [Fact]
    public void HistoryThatWasRewritten_StartsTheGraphAnew()
    {
        Register(3);
        File.WriteAllText(Path.Combine(_team.Clones[0], ".git", "modelreg-graph"), new string('7', 40) + "\n");

        Doctor(fix: false);

        Assert.Equal(4, Counted());
    }

    [Fact]
    public void ShallowClone_HasNone()
    {
        Register(3);
        Open().Sync();
        var shallow = Path.Combine(_team.Options.CacheDirectory!, "shallow");
        Workspace.GitIn(_team.Remote, "clone", "-q", "--depth=3", new Uri(_team.Remote).AbsoluteUri, shallow);

        RegistrySession.Open(shallow, _options with { CommitGraphAfter = 1 }).Registry.Doctor();

        Assert.False(Directory.Exists(Path.Combine(shallow, ".git", "objects", "info", "commit-graphs")));
    }

    [Fact]
    public void WhatAKilledWriterOfTheGraphLeft_IsTakenBack()
    {
        Register(3);
        Directory.CreateDirectory(_graphs);
        string[] left = [Path.Combine(_graphs, "commit-graph-chain.lock"), Path.Combine(_graphs, "tmp_graph_a1b2c3")];
        File.WriteAllText(Path.Combine(_team.Clones[0], ".git", "modelreg-git"), "0 " + DateTime.UtcNow.Ticks.ToString(CultureInfo.InvariantCulture) + " " + DateTime.UtcNow.Ticks.ToString(CultureInfo.InvariantCulture));
        foreach (var file in left) File.WriteAllText(file, "");

        Doctor(fix: true);

        Assert.All(left, file => Assert.False(File.Exists(file), file));
        Assert.Equal(4, Counted());
    }

    public void Dispose() => _team.Dispose();

    private Registry Open() => RegistrySession.Open(_team.Clones[0], _options).Registry;

    private DoctorReport Doctor(bool fix) => Open().Doctor(fix);

    private void Register(int count)
    {
        for (var i = 0; i < count; i++) _team.Register(0, "m");
    }

    // How many commits the graph holds, all of them with their changed paths, after git has checked it.
    private long Counted()
    {
        _team.Git(0, "commit-graph", "verify");
        var layers = File.ReadAllLines(Path.Combine(_graphs, "commit-graph-chain")).Select(line => File.ReadAllBytes(Path.Combine(_graphs, $"graph-{line}.graph"))).ToList();
        return layers.Sum(layer =>
        {
            // gitformat-commit-graph(5): after a head of eight bytes a table of chunks, each an id and an offset; the fanout ends with the count.
            var chunks = Enumerable.Range(0, layer[6]).ToDictionary(i => Encoding.ASCII.GetString(layer, 8 + (12 * i), 4), i => (int)System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(layer.AsSpan(12 + (12 * i))));
            Assert.Contains("BIDX", chunks.Keys);
            return (long)System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(layer.AsSpan(chunks["OIDF"] + (4 * 255)));
        });
    }
}
