using System.CommandLine;
using System.Globalization;

namespace ModelRegistry.Tool.CommandLine;

/// <summary>Options whose value is a length of time or of bytes, with a unit.</summary>
internal static class Quantity
{
    private static readonly (string Unit, double Value)[] Times = [("w", 7 * 86400), ("d", 86400), ("h", 3600), ("m", 60), ("s", 1), ("", 86400)];

    // As people write them: GB is 1000 to the third, GiB is 1024 to the third.
    private static readonly (string Unit, double Value)[] Sizes =
        [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("B", 1), ("", 1)];

    /// <summary><c>30d</c>, <c>12h</c>, <c>0</c>; without a unit it is days.</summary>
    public static Option<TimeSpan?> Age(string name, string description) => Of(name, "AGE", description, Times, "a time such as 14d or 12h", seconds => (TimeSpan?)TimeSpan.FromSeconds(seconds), TimeSpan.MaxValue.TotalSeconds / 2);

    /// <summary><c>20GB</c>, <c>500MiB</c>; without a unit it is bytes.</summary>
    public static Option<long?> Size(string name, string description) => Of(name, "SIZE", description, Sizes, "a size such as 20GB or 500MiB", bytes => (long?)(long)bytes, 1e18);

    private static Option<T> Of<T>(string name, string help, string description, (string Unit, double Value)[] units, string wanted, Func<double, T> make, double largest) => new(name)
    {
        Description = description,
        HelpName = help,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            foreach (var (unit, value) in units.Where(u => text.EndsWith(u.Unit, StringComparison.OrdinalIgnoreCase)))
            {
                if (double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) && count * value <= largest) return make(count * value);
            }

            result.AddError($"'{text}' is no value of {name}: it takes {wanted}");
            return default!;
        },
    };
}
