namespace ModelRegistry.Signing;

/// <summary>The order of Unicode code points, which is that of UTF-8 bytes. UTF-16 sorts what is beyond U+FFFF before U+E000.</summary>
internal sealed class CodePointOrder : IComparer<string>
{
    public static CodePointOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var (left, right) = ((x ?? "").EnumerateRunes(), (y ?? "").EnumerateRunes());
        while (true)
        {
            var (more, other) = (left.MoveNext(), right.MoveNext());
            if (!more || !other) return more.CompareTo(other);
            if (left.Current.Value != right.Current.Value) return left.Current.Value.CompareTo(right.Current.Value);
        }
    }
}
