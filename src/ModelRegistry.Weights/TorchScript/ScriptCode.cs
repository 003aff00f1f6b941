using System.Collections.Immutable;
using System.Text;

namespace ModelRegistry.Weights.TorchScript;

/// <summary>
/// Reads as much of TorchScript's serialized code as says what a class holds: headers, never bodies.
/// The format is PythonPrint's, which puts each of these on lines of its own.
/// </summary>
internal static class ScriptCode
{
    private const int MaxHeader = 64 << 10;
    private const int FileBytes = 64 << 20;
    private const long TotalBytes = 256L << 20;

    internal static ImmutableArray<SourceListing> ReadSources(PyTorchArchive archive)
    {
        var sources = ImmutableArray.CreateBuilder<SourceListing>();
        long total = 0;
        foreach (var entry in archive.Zip.Entries)
        {
            var name = entry.Name[archive.Prefix.Length..];
            if (!name.StartsWith("code/", StringComparison.Ordinal) || !name.EndsWith(".py", StringComparison.Ordinal))
            {
                continue;
            }

            total += entry.Length;
            if (total > TotalBytes)
            {
                throw new WeightsFormatException(WeightsCodes.TorchScript, $"the code listing has more than {TotalBytes} bytes", archive.Where(name));
            }

            sources.Add(new SourceListing(name, Encoding.UTF8.GetString(ZipContent.Read(archive.Zip, entry, FileBytes))));
        }

        return sources.ToImmutable();
    }

    /// <summary>Classes by qualified name, e.g. <c>__torch__.torch.nn.modules.linear.Linear</c>.</summary>
    internal static Dictionary<string, ScriptClass> ReadClasses(IEnumerable<SourceListing> sources)
    {
        var classes = new Dictionary<string, ScriptClass>(StringComparer.Ordinal);
        foreach (var source in sources)
        {
            var module = source.Path["code/".Length..^".py".Length].Replace('/', '.');
            ScriptClass? current = null;
            for (var at = 0; at < source.Text.Length;)
            {
                var newline = source.Text.IndexOf('\n', at);
                var end = newline < 0 ? source.Text.Length : newline;
                var line = source.Text.AsSpan(at, end - at);
                if (line.StartsWith("class "))
                {
                    current = ReadClass(line, module);
                    if (current is not null)
                    {
                        classes.TryAdd(current.TypeName, current);
                    }
                }
                else if (current is not null)
                {
                    ReadMember(current, line, source.Text, at);
                }

                at = end + 1;
            }
        }

        return classes;
    }

    private static ScriptClass? ReadClass(ReadOnlySpan<char> line, string module)
    {
        var rest = line["class ".Length..];
        var open = rest.IndexOfAny('(', ':');
        return open > 0 ? new ScriptClass($"{module}.{rest[..open]}", rest[open..].StartsWith("(Module)")) : null;
    }

    private static void ReadMember(ScriptClass current, ReadOnlySpan<char> line, string text, int at)
    {
        if (line.StartsWith("  __parameters__ = ["))
        {
            current.Parameters = Names(line);
        }
        else if (line.StartsWith("  __buffers__ = ["))
        {
            current.Buffers = Names(line);
        }
        else if (line.StartsWith("  def forward(") && current.Forward is null)
        {
            current.Forward = Header(text.AsSpan(at, Math.Min(MaxHeader, text.Length - at)));
        }
    }

    private static ImmutableHashSet<string> Names(ReadOnlySpan<char> line)
    {
        var names = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        while (line.IndexOf('"') is >= 0 and var open && line[(open + 1)..].IndexOf('"') is >= 0 and var length)
        {
            names.Add(line.Slice(open + 1, length).ToString());
            line = line[(open + length + 2)..];
        }

        return names.ToImmutable();
    }

    /// <summary>Up to the colon outside brackets that ends a function's header.</summary>
    private static string? Header(ReadOnlySpan<char> text)
    {
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '(' or '[' or '{':
                    depth++;
                    break;
                case ')' or ']' or '}':
                    depth--;
                    break;
                case ':' when depth == 0:
                    return text[..i].ToString();
            }
        }

        return null;
    }
}
