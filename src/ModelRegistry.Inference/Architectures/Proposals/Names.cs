namespace ModelRegistry.Inference.Architectures.Proposals;

/// <summary>Names of inputs and outputs as an architecture may bear them.</summary>
internal static class Names
{
    /// <summary>Letters, digits and underscores of a name, beginning with a letter.</summary>
    internal static string Plain(string name)
    {
        var plain = string.Concat(name.Take(ArchitectureLimits.NameLength / 2).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        return plain.Length > 0 && char.IsAsciiLetter(plain[0]) ? plain : $"x{plain}";
    }
}
