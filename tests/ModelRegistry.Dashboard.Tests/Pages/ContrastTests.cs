using System.Globalization;
using System.Text.RegularExpressions;
using ModelRegistry.Dashboard.Tests.Security;

namespace ModelRegistry.Dashboard.Tests.Pages;

/// <summary>The contrast of each pair of tokens that meet on a page, by the formula of WCAG 2.2 (1.4.3 for text, 1.4.11 for what shows where a control is).</summary>
public sealed class ContrastTests
{
    private const double Text = 4.5, Edge = 3;

    private static readonly Dictionary<string, (string Light, string Dark)> Tokens = Read();

    public static IEnumerable<object[]> Pairs
    {
        get
        {
            string[] grounds = ["bg", "surface", "surface-2", "surface-3", "code-bg"];
            foreach (var ground in grounds)
            {
                yield return ["text", ground, Text];
                yield return ["text-2", ground, Text];
                yield return ["accent", ground, Text];
                yield return ["focus", ground, Edge];
            }

            foreach (var ground in new[] { "bg", "surface", "surface-2" })
            {
                foreach (var colour in new[] { "good", "warn", "bad", "violet" }) yield return [colour, ground, Text];
                yield return ["line-strong", ground, Edge];
            }

            foreach (var colour in new[] { "accent", "good", "warn", "bad", "violet" })
            {
                yield return [colour, colour + "-soft", Text];
                yield return ["text", colour + "-soft", Text];
                yield return ["text-2", colour + "-soft", Text];
            }

            yield return ["accent", "bad-soft", Text];
            yield return ["accent", "warn-soft", Text];
            yield return ["accent", "good-soft", Text];
            yield return ["on-accent", "accent-solid", Text];
            yield return ["on-accent", "accent-solid-hover", Text];
            yield return ["focus", "accent-soft", Edge];
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Pair_CanBeTold_InBothThemes(string colour, string ground, double least)
    {
        var (front, back) = (Tokens[colour], Tokens[ground]);

        Assert.True(Ratio(front.Light, back.Light) >= least, $"light: {colour} on {ground} is {Ratio(front.Light, back.Light):0.00}");
        Assert.True(Ratio(front.Dark, back.Dark) >= least, $"dark: {colour} on {ground} is {Ratio(front.Dark, back.Dark):0.00}");
    }

    [Fact]
    public void EveryColourToken_IsInAPair()
    {
        var paired = Pairs.SelectMany(p => new[] { (string)p[0], (string)p[1] }).ToHashSet(StringComparer.Ordinal);

        // A hairline carries no meaning; what it parts is told by space and headings.
        Assert.Equal(["line"], Tokens.Keys.Where(t => !paired.Contains(t)));
    }

    private static double Ratio(string one, string two)
    {
        var (a, b) = (Luminance(one), Luminance(two));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string colour)
    {
        double Channel(int at)
        {
            var value = int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        return (0.2126 * Channel(1)) + (0.7152 * Channel(3)) + (0.0722 * Channel(5));
    }

    private static Dictionary<string, (string, string)> Read()
    {
        var style = File.ReadAllText(Path.Combine(MarkupTests.RepositoryRoot(), "src", "ModelRegistry.Dashboard", "Assets", "app.css"));
        var tokens = Regex.Matches(style, @"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);").ToDictionary(m => m.Groups[1].Value, m => (m.Groups[2].Value, m.Groups[3].Value));
        foreach (Match one in Regex.Matches(style, "--([a-z0-9-]+): (#[0-9a-f]{6});")) tokens[one.Groups[1].Value] = (one.Groups[2].Value, one.Groups[2].Value);
        return tokens;
    }
}
