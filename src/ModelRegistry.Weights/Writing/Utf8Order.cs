using System.Text;

namespace ModelRegistry.Weights;

/// <summary>Orders strings by their UTF-8 bytes, as the reference writer does; UTF-16 order differs beyond the basic plane.</summary>
internal sealed class Utf8Order : IComparer<string>
{
    public static Utf8Order Instance { get; } = new();

    public int Compare(string? x, string? y) =>
        Encoding.UTF8.GetBytes(x ?? "").AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y ?? ""));
}
