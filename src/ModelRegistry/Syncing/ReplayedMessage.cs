using ModelRegistry.Registration;

namespace ModelRegistry.Syncing;

/// <summary>The message of a registration whose manifest became another one: subject and trailers tell the new facts, and the old number.</summary>
internal static class ReplayedMessage
{
    public static string Of(string message, ModelId before, Manifest manifest, byte[] content)
    {
        var lines = message.TrimEnd('\n').Split('\n').ToList();
        if (lines[0].TrimEnd() == $"register {before}") lines[0] = $"register {manifest.Id}";
        Set(lines, RegistrationMessage.Version, before.Version.Value, manifest.Version.Value);
        Set(lines, RegistrationMessage.ManifestDigest, null, Digest.Of(content).Value);
        if (before != manifest.Id) lines.Add($"{RegistrationMessage.RenumberedFrom}: {before.Version}");
        return string.Join('\n', lines) + "\n";
    }

    /// <summary>The message of a commit that says something of a version that has another number now.</summary>
    public static string About(string message, ModelId before, ModelId after)
    {
        var lines = message.TrimEnd('\n').Split('\n').ToList();
        lines[0] = string.Join(' ', lines[0].Split(' ').Select(word => word.TrimEnd(':') == before.ToString() ? word.Replace(before.ToString(), after.ToString(), StringComparison.Ordinal) : word));
        Set(lines, RegistrationMessage.Version, before.Version.Value, after.Version.Value);
        return string.Join('\n', lines) + "\n";
    }

    private static void Set(List<string> lines, string key, string? only, string value)
    {
        var at = lines.FindLastIndex(line => line.StartsWith(key + ": ", StringComparison.Ordinal));
        if (at > 0 && (only is null || lines[at][(key.Length + 2)..].Trim() == only)) lines[at] = $"{key}: {value}";
    }
}
