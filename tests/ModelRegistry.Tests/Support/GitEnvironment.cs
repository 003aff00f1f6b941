using System.Runtime.CompilerServices;

namespace ModelRegistry.Tests.Support;

/// <summary>
/// Keeps the machine's git configuration out of every test. With <c>MODELREG_TEST_HOSTILE_GIT=1</c> the product meets a user whose
/// configuration changes every answer that one can change; the git that tests call themselves never does.
/// </summary>
internal static class GitEnvironment
{
    /// <summary>The configuration of the git that tests call themselves.</summary>
    public static string Own { get; } = Path.Combine(Path.GetTempPath(), $"modelreg-tests-{Environment.ProcessId}.gitconfig");

    [ModuleInitializer]
    internal static void Isolate()
    {
        File.WriteAllText(Own, "[user]\n\tname = Test Author\n\temail = author@example.org\n[init]\n\tdefaultBranch = main\n[commit]\n\tgpgsign = false\n[gc]\n\tauto = 0\n[core]\n\tautocrlf = false\n");
        Environment.SetEnvironmentVariable("GIT_CONFIG_GLOBAL", HostileConfiguration.IsAsked ? HostileConfiguration.WriteUser(Own) : Own);
        Environment.SetEnvironmentVariable("GIT_CONFIG_NOSYSTEM", "1");
        foreach (var name in new[] { "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL" })
            Environment.SetEnvironmentVariable(name, null);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            File.Delete(Own);
            HostileConfiguration.DeleteUser(Own);
        };
    }
}
