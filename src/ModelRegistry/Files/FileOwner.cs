using System.Runtime.InteropServices;
using ModelRegistry.Shared;

namespace ModelRegistry.Files;

/// <summary>Whose a file is.</summary>
internal static partial class FileOwner
{
    /// <summary>Whether the file, or the link itself, belongs to this user. Null where the platform does not say, or there is no such file.</summary>
    public static bool? IsThisUser(string path) => FileStatus.Of(path, followLink: false) is { } status ? status.User == GetEffectiveUser() : null;

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_GetEUid")]
    private static partial uint GetEffectiveUser();
}
