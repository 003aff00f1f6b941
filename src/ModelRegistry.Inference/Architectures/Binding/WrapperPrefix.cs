namespace ModelRegistry.Inference.Architectures.Binding;

/// <summary>
/// What wrappers put before every key of a state dict: <c>module.</c> (DataParallel), <c>_orig_mod.</c> (torch.compile),
/// <c>model.</c> (Lightning), <c>net.</c>, <c>backbone.</c>, one inside another.
/// </summary>
internal static class WrapperPrefix
{
    private const int Deepest = 8;

    /// <summary>Nothing, then what all keys have in common up to the first dot, the second, …</summary>
    internal static IEnumerable<string> Candidates(IReadOnlyCollection<string> keys)
    {
        yield return "";
        var common = Common(keys);
        var end = -1;
        for (var depth = 0; depth < Deepest && (end = common.IndexOf('.', end + 1)) >= 0; depth++)
            yield return common[..(end + 1)];
    }

    internal static IEnumerable<string> Notes(string prefix) =>
        prefix.Length == 0 ? [] : [$"every key begins with '{DisplayText.Escape(prefix)}', which the network's names do not: it was seen through"];

    private static string Common(IReadOnlyCollection<string> keys)
    {
        string? common = null;
        foreach (var key in keys)
            common = common is null ? key : common[..common.AsSpan().CommonPrefixLength(key)];
        return common ?? "";
    }
}
