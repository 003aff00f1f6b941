using System.Globalization;
using System.Text;

namespace ModelRegistry.MSBuild.CodeGeneration;

/// <summary>Makes C# identifiers of the names of models, tensors and files.</summary>
internal static class Identifiers
{
    /// <summary>Words joined in Pascal case: <c>chest_xray-densenet</c> becomes <c>ChestXrayDensenet</c>; <c>3d-unet</c> becomes <c>_3dUnet</c>.</summary>
    public static string Pascal(string name)
    {
        var identifier = new StringBuilder(name.Length);
        var atStart = true;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c))
            {
                atStart = true;
                continue;
            }

            identifier.Append(atStart ? char.ToUpperInvariant(c) : c);
            atStart = false;
        }

        if (identifier.Length == 0 || char.IsAsciiDigit(identifier[0])) identifier.Insert(0, '_');
        return identifier.ToString();
    }

    /// <summary>A namespace of what a project calls its root: what no identifier can hold becomes an underscore.</summary>
    public static string Namespace(string text) =>
        string.Join('.', text.Split('.', StringSplitOptions.RemoveEmptyEntries).Select(part =>
        {
            var identifier = new string([.. part.Select(c => char.IsLetterOrDigit(c) || c == '_' ? c : '_')]);
            if (char.IsDigit(identifier[0])) identifier = "_" + identifier;
            return Keywords.Contains(identifier) ? "@" + identifier : identifier;
        }));

    /// <summary>Whether a text can be a type's name as it stands: ASCII letters, digits and underscores; no keyword starts with a capital or is asked for here.</summary>
    public static bool IsValid(string text) =>
        text.Length is > 0 and <= 200 && (char.IsAsciiLetter(text[0]) || text[0] == '_') && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
        && !Keywords.Contains(text);

    /// <summary>The name, or the name with the first number that makes it differ from those taken; takes it.</summary>
    public static string Unique(string name, ISet<string> taken)
    {
        var unique = name;
        for (var number = 2; !taken.Add(unique); number++) unique = string.Create(CultureInfo.InvariantCulture, $"{name}_{number}");
        return unique;
    }

    // C# language specification, section 6.4.4.
    private static readonly HashSet<string> Keywords = new(StringComparer.Ordinal)
    {
        "abstract", "as", "base", "bool", "break", "byte", "case", "catch", "char", "checked", "class", "const", "continue", "decimal", "default",
        "delegate", "do", "double", "else", "enum", "event", "explicit", "extern", "false", "finally", "fixed", "float", "for", "foreach", "goto", "if",
        "implicit", "in", "int", "interface", "internal", "is", "lock", "long", "namespace", "new", "null", "object", "operator", "out", "override",
        "params", "private", "protected", "public", "readonly", "ref", "return", "sbyte", "sealed", "short", "sizeof", "stackalloc", "static", "string",
        "struct", "switch", "this", "throw", "true", "try", "typeof", "uint", "ulong", "unchecked", "unsafe", "ushort", "using", "virtual", "void",
        "volatile", "while",
    };
}
