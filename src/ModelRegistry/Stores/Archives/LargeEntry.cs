using System.Globalization;
using System.Text;

namespace ModelRegistry.Stores.Archives;

/// <summary>
/// A file in a tar that is too long for the size field of its header (POSIX.1-2001, pax interchange format): a header before it holds the size.
/// The framework's own writer puts the number of its process into that header, and no two archives would be the same bytes.
/// </summary>
internal static class LargeEntry
{
    /// <summary>From here on the octal digits of the plain header do not hold a size.</summary>
    public const long Smallest = 1L << 33;

    private const int Block = 512;

    /// <summary>Writes a file of mode 644, of nobody and of no time.</summary>
    /// <param name="output">The archive, at the end of its last entry.</param>
    /// <param name="path">The name; with the folder of its header, it must fit into 100 bytes.</param>
    /// <param name="content">The bytes, from the start.</param>
    public static void Write(Stream output, string path, Stream content)
    {
        var slash = path.LastIndexOf('/') + 1;
        var size = content.Length.ToString(CultureInfo.InvariantCulture);
        // A record says how long it is, these two digits included.
        var record = Encoding.ASCII.GetBytes($"{"00 size=\n".Length + size.Length} size={size}\n");
        output.Write(Header($"{path[..slash]}PaxHeaders.0/{path[slash..]}", 'x', record.Length));
        output.Write(record);
        output.Write(new byte[Block - record.Length]);
        output.Write(Header(path, '0', 0));
        content.CopyTo(output, 1 << 20);
        output.Write(new byte[(Block - content.Length % Block) % Block]);
    }

    private static byte[] Header(string name, char type, int size)
    {
        var header = new byte[Block];
        void Put(int at, string text) => Encoding.ASCII.GetBytes(text).CopyTo(header, at);
        Put(0, name.Length <= 100 ? name : throw new ArgumentException("the name is too long", nameof(name)));
        Put(100, "0000644\0" + "0000000\0" + "0000000\0");
        Put(124, Convert.ToString(size, 8).PadLeft(11, '0') + "\0" + "00000000000\0");
        // The sum of all bytes, those of the sum itself counted as spaces.
        Put(148, "        " + type);
        Put(257, "ustar\0" + "00");
        Put(148, Convert.ToString(header.Sum(b => b), 8).PadLeft(6, '0') + "\0 ");
        return header;
    }
}
