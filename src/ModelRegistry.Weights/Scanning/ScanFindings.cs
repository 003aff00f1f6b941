namespace ModelRegistry.Weights.Scanning;

/// <summary>Collects what the parts of a scan find, and draws the conclusion.</summary>
internal sealed class ScanFindings
{
    private const int MaxFindings = 10_000;
    private readonly List<WeightsFinding> _findings = [];
    private readonly HashSet<(string What, string Where)> _seen = [];
    private bool _dangerous;
    private bool _invalid;
    private bool _data;
    private bool _unknown;
    private string? _hint;

    internal string Format { get; set; } = "unknown";

    internal bool Any => _dangerous || _invalid;

    internal void Dangerous(WeightsFinding finding)
    {
        _dangerous = true;
        Add(finding);
    }

    /// <summary>What pickles ask for outside the list: plain values are told from code by their code.</summary>
    internal void Refused(IEnumerable<WeightsFinding> findings)
    {
        foreach (var finding in findings)
        {
            if (finding.Code == WeightsCodes.PlainValue)
            {
                _data = true;
                Add(finding);
            }
            else
            {
                Dangerous(finding);
            }
        }
    }

    /// <summary>A format that is not read; the finding says what is known of it.</summary>
    internal void Unknown(WeightsFinding finding)
    {
        _unknown = true;
        Add(finding);
    }

    internal void Invalid(WeightsFinding finding)
    {
        _invalid = true;
        Add(finding);
    }

    internal void Invalid(WeightsFormatException e, string where)
    {
        _hint ??= e.Hint;
        Invalid(new WeightsFinding(e.Code, e.Message, e.Where ?? where));
    }

    internal ScanReport ToReport(string path) => new()
    {
        Path = path,
        Verdict = _dangerous ? ScanVerdict.Dangerous
            : _invalid ? ScanVerdict.Invalid
            : _data ? ScanVerdict.Data
            : _unknown ? ScanVerdict.Unknown
            : ScanVerdict.Safe,
        Format = Format,
        Hint = _hint,
        Findings = [.. _findings],
    };

    private void Add(WeightsFinding finding)
    {
        if (_findings.Count < MaxFindings && _seen.Add((finding.What, finding.Where)))
        {
            _findings.Add(finding);
        }
    }
}
