using System.Runtime.CompilerServices;

namespace ModelRegistry.Tests.Support;

/// <summary>Keeps the machine's git configuration out of every test.</summary>
internal static class GitEnvironment
{
    [ModuleInitializer]
    internal static void Isolate()
    {
        var config = Path.Combine(Path.GetTempPath(), $"modelreg-tests-{Environment.ProcessId}.gitconfig");
        File.WriteAllText(config, "[user]\n\tname = Test Author\n\temail = author@example.org\n[init]\n\tdefaultBranch = main\n[commit]\n\tgpgsign = false\n[gc]\n\tauto = 0\n[core]\n\tautocrlf = false\n");
        Environment.SetEnvironmentVariable("GIT_CONFIG_GLOBAL", config);
        Environment.SetEnvironmentVariable("GIT_CONFIG_NOSYSTEM", "1");
        foreach (var name in new[] { "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL" })
            Environment.SetEnvironmentVariable(name, null);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(config);
    }
}
