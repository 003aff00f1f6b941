using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace ModelRegistry.Dashboard.Layout;

/// <summary>
/// Encodes what HTML gives a meaning to and leaves every other letter of the world as it is. What nobody would see, or what would change the
/// order of what they see, becomes a visible escape: <c>\u{202e}</c>. Every text and every attribute of every page goes through here.
/// </summary>
internal sealed unsafe class VisibleHtmlEncoder : HtmlEncoder
{
    private static readonly HtmlEncoder Plain = Create(UnicodeRanges.All);

    private VisibleHtmlEncoder()
    {
    }

    public static VisibleHtmlEncoder Instance { get; } = new();

    /// <summary>The longest is the escape of the highest scalar.</summary>
    public override int MaxOutputCharactersPerInputCharacter => 10;

    public override bool WillEncode(int unicodeScalar) => IsHidden(unicodeScalar) || Plain.WillEncode(unicodeScalar);

    public override int FindFirstCharacterToEncode(char* text, int textLength)
    {
        for (var i = 0; i < textLength; i++)
        {
            // Below the first accented letters only what HTML knows and controls matter; above, each scalar is looked at by itself.
            if (text[i] >= 0x7f || Plain.WillEncode(text[i])) return i;
        }

        return -1;
    }

    public override bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        var target = new Span<char>(buffer, bufferLength);
        if (IsHidden(unicodeScalar)) return target.TryWrite(CultureInfo.InvariantCulture, $"\\u{{{unicodeScalar:x}}}", out numberOfCharactersWritten);
        if (Plain.WillEncode(unicodeScalar)) return Plain.TryEncodeUnicodeScalar(unicodeScalar, buffer, bufferLength, out numberOfCharactersWritten);
        return new Rune(unicodeScalar).TryEncodeToUtf16(target, out numberOfCharactersWritten);
    }

    private static bool IsHidden(int scalar) => scalar is not ('\n' or '\t' or '\r') && Rune.IsValid(scalar) && Shown.IsHidden(new Rune(scalar));
}
