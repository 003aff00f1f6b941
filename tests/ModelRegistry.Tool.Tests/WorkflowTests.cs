using System.Diagnostics;
using System.Globalization;
using ModelRegistry.Tool.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace ModelRegistry.Tool.Tests;

/// <summary>
/// The workflows of <c>docs/ci</c>: their steps are read from the YAML and run in order, in a clone as the platform makes it, with the variables
/// that it sets, against a bare remote. Only fetching the tool itself is left out: the built one is on the PATH.
/// </summary>
public sealed class WorkflowTests : IDisposable
{
    private const string Install = "dotnet tool install ";
    private static readonly string Source = FindSource();

    private readonly Scratch _scratch = new(hostile: true);
    private readonly string _remote;

    public WorkflowTests()
    {
        // What a team has: a registry whose artifacts go to a share, and a trainer.
        _remote = Path.Combine(_scratch.Root, "..", "remote.git");
        var settings = Path.Combine(_scratch.RegistryRoot, "registry.json");
        File.WriteAllText(settings, File.ReadAllText(settings).Replace("\"path\": \"../models\"\n    }", $"\"path\": \"../models\"\n    }},\n    {{ \"name\": \"share\", \"path\": \"{Share}\", \"share\": true }}", StringComparison.Ordinal));
        Directory.CreateDirectory(Path.Combine(_scratch.Root, "training"));
        var train = Path.Combine(_scratch.Root, "training", "train.sh");
        File.WriteAllText(train, "#!/bin/sh\nset -e\nmkdir -p \"$1\"\ncp training/labels.txt training/training.json training/metrics.json \"$1/\"\ncp training/*.pth \"$1/weights.pth\"\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(train, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(Path.Combine(_scratch.Root, ".gitignore"), "/out/\n/.tools/\n");
        _scratch.Git("init", "-q", "--bare", "-b", "main", _remote);
        _scratch.Git("--git-dir", _remote, "config", "receive.denyNonFastForwards", "true");
        _scratch.Git("remote", "add", "origin", new Uri(Path.GetFullPath(_remote)).AbsoluteUri);
        Trained("resnet18-baseline");
    }

    private string Share => Path.GetFullPath(Path.Combine(_scratch.Root, "..", "share"));

    public void Dispose() => _scratch.Dispose();

    public static TheoryData<string> Workflows => ["github.yml", "gitlab.yml", "azure-pipelines.yml"];

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Workflow_RunsFromItsYaml_TrainedRegisteredVerifiedPublishedAndProposed(string file)
    {
        foreach (var outcome in Run(file)) Assert.True(outcome.ExitCode == 0, outcome.ToString());
        Assert.Equal(["1.0.0"], Published());
        // The alias is proposed on a branch of its own, not published.
        var proposed = Assert.Single(Branches());
        Assert.StartsWith("modelreg/digits-1.0.0-", proposed, StringComparison.Ordinal);
        Assert.Contains("\"1.0.0\"", _scratch.Git("--git-dir", _remote, "show", proposed + ":registry/digits/aliases/production.json"), StringComparison.Ordinal);
        Assert.Equal("", _scratch.Git("--git-dir", _remote, "ls-tree", "main", "registry/digits/aliases/"));
        Assert.Equal("models <models@example.org>", _scratch.Git("--git-dir", _remote, "log", "-1", "--format=%an <%ae>", "main"));
        Assert.NotEmpty(_scratch.Git("--git-dir", _remote, "ls-tree", "main", "registry/digits/verifications/"));
        // What was published is in the share, so that another clone has it.
        Assert.Equal(2, Directory.GetFiles(Path.Combine(Share, "blobs", "sha256")).Length);
        // The pull request is merged; a better model goes the same way.
        _scratch.Git("--git-dir", _remote, "update-ref", "refs/heads/main", proposed);
        _scratch.Git("pull", "-q", "--rebase", "origin", "main");
        Trained("resnet18-improved");
        foreach (var outcome in Run(file)) Assert.True(outcome.ExitCode == 0, outcome.ToString());
        Assert.Equal(["1.0.0", "1.1.0"], Published());
        Assert.Contains(Branches(), branch => branch.StartsWith("modelreg/digits-1.1.0-", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Workflow_WorseModel_StopsAtTheGateAndPublishesNothing(string file)
    {
        File.WriteAllText(Path.Combine(_scratch.Root, "training", "metrics.json"), """{ "accuracy": 0.5 }""");
        _scratch.Git("commit", "-qam", "worse");
        _scratch.Git("push", "-q", "origin", "main");

        var outcomes = Run(file);

        Assert.Contains("MR0119", outcomes[^1].Errors, StringComparison.Ordinal);
        Assert.Empty(Published());
        Assert.Empty(Branches());
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Workflow_TakesTheLockOfItsPlatform_TheWholeHistory_AndNoMorePermissionsThanItNeeds(string file)
    {
        var root = Load(file);
        switch (file)
        {
            case "github.yml":
                var job = Child(root, "jobs", "model");
                Assert.Equal("modelreg", Text(Child(job, "concurrency", "group")));
                Assert.Equal("false", Text(Child(job, "concurrency", "cancel-in-progress")));
                Assert.Equal(["contents: read"], Pairs(Child(root, "permissions")));
                Assert.Equal(["contents: write"], Pairs(Child(job, "permissions")));
                Assert.Equal("0", Text(Child(((YamlSequenceNode)Child(job, "steps")).Children[0], "with", "fetch-depth")));
                break;
            case "gitlab.yml":
                Assert.Equal("modelreg", Text(Child(root, "model", "resource_group")));
                Assert.Equal("0", Text(Child(root, "model", "variables", "GIT_DEPTH")));
                break;
            default:
                Assert.Equal("sequential", Text(Child(root, "lockBehavior")));
                var deployment = ((YamlSequenceNode)Child(((YamlSequenceNode)Child(root, "stages")).Children[0], "jobs")).Children[0];
                Assert.Equal("models", Text(Child(deployment, "environment")));
                Assert.Equal("0", Text(Child(((YamlSequenceNode)Child(deployment, "strategy", "runOnce", "deploy", "steps")).Children[0], "fetchDepth")));
                break;
        }
    }

    // Runs the steps until one fails, in a clone as the platform makes it.
    private List<Outcome> Run(string file)
    {
        var (commands, variables) = Read(file);
        var clone = Path.Combine(_scratch.Root, "..", "runner" + Path.GetRandomFileName());
        var url = new Uri(Path.GetFullPath(_remote)).AbsoluteUri;
        _scratch.Git("clone", "-q", url, clone);
        // GitHub checks out the branch, the others the commit.
        if (file != "github.yml") Git(clone, "checkout", "-q", "--detach");
        if (file != "github.yml") Git(clone, "branch", "-q", "-D", "main");
        var commit = Git(clone, "rev-parse", "HEAD");
        Dictionary<string, string> platform = file switch
        {
            "github.yml" => new() { ["CI"] = "true", ["GITHUB_ACTIONS"] = "true", ["GITHUB_SERVER_URL"] = "https://github.com", ["GITHUB_REPOSITORY"] = "ada/models", ["GITHUB_RUN_ID"] = "42", ["GITHUB_REF_NAME"] = "main", ["GITHUB_SHA"] = commit, ["GITHUB_WORKFLOW_REF"] = "ada/models/.github/workflows/model.yml@refs/heads/main" },
            "gitlab.yml" => new() { ["CI"] = "true", ["GITLAB_CI"] = "true", ["CI_PROJECT_DIR"] = clone, ["CI_COMMIT_BRANCH"] = "main", ["CI_DEFAULT_BRANCH"] = "main", ["CI_COMMIT_SHA"] = commit, ["CI_JOB_URL"] = "https://gitlab.com/ada/models/-/jobs/42", ["CI_PIPELINE_ID"] = "7", ["CI_PROJECT_URL"] = "https://gitlab.com/ada/models", ["CI_COMMIT_REF_NAME"] = "main" },
            _ => new() { ["TF_BUILD"] = "True", ["BUILD_SOURCEBRANCHNAME"] = "main", ["BUILD_SOURCEVERSION"] = commit, ["BUILD_BUILDID"] = "42", ["SYSTEM_COLLECTIONURI"] = "https://dev.azure.com/ada/", ["SYSTEM_TEAMPROJECT"] = "models", ["SYSTEM_DEFINITIONID"] = "3" },
        };
        var outcomes = new List<Outcome>();
        foreach (var command in commands)
        {
            outcomes.Add(Shell(clone, command, platform.Concat(variables)));
            if (outcomes[^1].ExitCode != 0) break;
        }

        return outcomes;
    }

    /// <summary>The shell commands of a workflow, in order, and the variables that it sets itself.</summary>
    private static (List<string> Commands, List<KeyValuePair<string, string>> Variables) Read(string file)
    {
        var root = Load(file);
        var (steps, variables) = file switch
        {
            "github.yml" => (((YamlSequenceNode)Child(root, "jobs", "model", "steps")).Select(step => Optional(step, "run")), Child(root, "env")),
            "gitlab.yml" => (((YamlSequenceNode)Child(root, "model", "before_script")).Concat((YamlSequenceNode)Child(root, "model", "script")).Select(line => (YamlNode?)line), Child(root, "model", "variables")),
            _ => (((YamlSequenceNode)Child(((YamlSequenceNode)Child(((YamlSequenceNode)Child(root, "stages")).Children[0], "jobs")).Children[0], "strategy", "runOnce", "deploy", "steps")).Select(step => Optional(step, "script")), Child(root, "variables")),
        };
        var commands = steps.OfType<YamlScalarNode>().Select(step => step.Value!).ToList();
        Assert.Equal(1, commands.RemoveAll(command => command.StartsWith(Install, StringComparison.Ordinal) && command.EndsWith(" ModelRegistry.Tool", StringComparison.Ordinal)));
        string[] order = ["train.sh", "modelreg register", "modelreg verify", "modelreg sync", "modelreg promote", "modelreg sync --branch"];
        Assert.Equal(order, commands.Select(c => order.LastOrDefault(known => c.Contains(known, StringComparison.Ordinal))).OfType<string>());
        return (commands, [.. ((YamlMappingNode)variables).Children.Select(v => KeyValuePair.Create(Text(v.Key), Text(v.Value)))]);
    }

    private Outcome Shell(string directory, string command, IEnumerable<KeyValuePair<string, string>> variables)
    {
        var start = _scratch.Describe("bash", "-e", "-o", "pipefail", "-c", command);
        start.WorkingDirectory = directory;
        foreach (var (name, value) in variables) start.Environment[name] = value;
        start.Environment["PATH"] = AppContext.BaseDirectory + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");
        using var process = Process.Start(start)!;
        return Scratch.Await(process);
    }

    private void Trained(string sample)
    {
        foreach (var name in new[] { "digits-resnet18.pth", "labels.txt", "metrics.json", "training.json" })
            File.Copy(Path.Combine(Source, "samples", "digits", sample, name), Path.Combine(_scratch.Root, "training", name), overwrite: true);
        _scratch.Git("add", "-A");
        _scratch.Git("commit", "-qm", "train " + sample);
        _scratch.Git("push", "-q", "origin", "HEAD:main");
    }

    private string Git(string clone, params string[] arguments) => _scratch.Git(["-C", clone, .. arguments]);

    private string[] Published() => [.. _scratch.Git("--git-dir", _remote, "ls-tree", "--name-only", "main", "registry/digits/versions/").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(p => Path.GetFileNameWithoutExtension(p)!)];

    private string[] Branches() => [.. _scratch.Git("--git-dir", _remote, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/modelreg/").Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    private static YamlNode Load(string file)
    {
        using var reader = new StreamReader(Path.Combine(Source, "docs", "ci", file));
        var yaml = new YamlStream();
        yaml.Load(reader);
        return yaml.Documents.Single().RootNode;
    }

    private static YamlNode Child(YamlNode node, params string[] path) => path.Aggregate(node, (at, name) => ((YamlMappingNode)at).Children[new YamlScalarNode(name)]);

    private static YamlNode? Optional(YamlNode node, string name) => node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(name), out var found) ? found : null;

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;

    private static string[] Pairs(YamlNode node) => [.. ((YamlMappingNode)node).Children.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{Text(pair.Key)}: {Text(pair.Value)}"))];

    private static string FindSource()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ModelRegistry.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
