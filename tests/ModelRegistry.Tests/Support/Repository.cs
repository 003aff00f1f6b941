namespace ModelRegistry.Tests.Support;

/// <summary>The repository that the tests are part of.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var directory = AppContext.BaseDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (File.Exists(Path.Combine(directory, "ModelRegistry.sln"))) return directory;
        }

        throw new InvalidOperationException("the tests do not run inside the repository");
    }
}
