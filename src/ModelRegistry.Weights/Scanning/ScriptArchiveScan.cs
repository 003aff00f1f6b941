using System.Text;

namespace ModelRegistry.Weights.Scanning;

/// <summary>Scans what a TorchScript archive would run: its code, and the operators that a mobile archive lists in place of it.</summary>
internal static class ScriptArchiveScan
{
    private const int FileBytes = 64 << 20;
    private const long TotalBytes = 256L << 20;

    internal static void Scan(ZipDirectory zip, string where, ScanFindings findings)
    {
        var inside = where.Length == 0 ? "" : $"{where}!";
        var sources = new List<SourceListing>();
        long total = 0;
        foreach (var entry in zip.Entries)
        {
            try
            {
                if (IsCode(entry.Name))
                {
                    total += entry.Length;
                    if (total > TotalBytes)
                    {
                        findings.Invalid(new WeightsFinding(WeightsCodes.ScriptSource, $"the code has more than {TotalBytes} bytes", inside + entry.Name));
                        return;
                    }

                    sources.Add(new SourceListing(inside + entry.Name, Encoding.UTF8.GetString(ZipContent.Read(zip, entry, FileBytes))));
                }
                else if (entry.Name.EndsWith("/bytecode.pkl", StringComparison.Ordinal))
                {
                    ScanBytecode(ZipContent.Read(zip, entry, PickleLimits.Bytes), Display.Escape(inside + entry.Name), findings);
                }
            }
            catch (WeightsFormatException e)
            {
                findings.Invalid(e, Display.Escape(inside + entry.Name));
            }
        }

        foreach (var finding in ScriptScan.Scan(sources))
        {
            if (finding.Code == WeightsCodes.ScriptOperator)
            {
                findings.Dangerous(finding);
            }
            else
            {
                findings.Invalid(finding);
            }
        }
    }

    private static bool IsCode(string name) =>
        name.EndsWith(".py", StringComparison.Ordinal) && (name.Contains("/code/", StringComparison.Ordinal) || name.StartsWith("code/", StringComparison.Ordinal));

    /// <summary>Every text in it that is an operator's name or a class's is taken for one: which list it stands in changes from version to version.</summary>
    private static void ScanBytecode(ReadOnlySpan<byte> bytes, string where, ScanFindings findings)
    {
        var waiting = new Stack<object?>();
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        waiting.Push(PickleReader.Read(bytes, new PickleOptions { Where = where, TorchScript = true, Lenient = true }, new PickleReport()).Value);
        while (waiting.TryPop(out var value))
        {
            IEnumerable<object?> items = value switch
            {
                PickleTuple tuple when seen.Add(tuple) => tuple.Items,
                PickleList list when seen.Add(list) => list.Items,
                PickleDict dict when seen.Add(dict) => dict.Items.SelectMany(i => new[] { i.Key, i.Value }),
                _ => [],
            };
            foreach (var item in items)
            {
                waiting.Push(item);
            }

            if (value is string text && (ScriptScan.Against(text) ?? ClassRefusal(text)) is { } refusal)
            {
                findings.Dangerous(new WeightsFinding(WeightsCodes.ScriptOperator, refusal, where));
            }
        }
    }

    /// <summary>A type may stand within another: <c>List[__torch__.torch.classes.ns.Class]</c>.</summary>
    private static string? ClassRefusal(string text) =>
        text.IndexOf("__torch__.torch.classes", StringComparison.Ordinal) is >= 0 and var at && !ScriptOperators.AllowsClass(text.AsSpan(at)) ? $"uses {Display.Quote(text)}, which is a class of somebody's own library" : null;
}
