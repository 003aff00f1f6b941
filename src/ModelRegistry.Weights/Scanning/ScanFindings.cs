namespace ModelRegistry.Weights;

/// <summary>Collects what the parts of a scan find, and draws the conclusion.</summary>
internal sealed class ScanFindings
{
    private const int MaxFindings = 10_000;
    private readonly List<WeightsFinding> _findings = [];
    private readonly HashSet<(string What, string Where)> _seen = [];
    private bool _dangerous;
    private bool _invalid;

    internal string Format { get; set; } = "unknown";

    internal bool Any => _dangerous || _invalid;

    internal void Dangerous(WeightsFinding finding)
    {
        _dangerous = true;
        Add(finding);
    }

    internal void Dangerous(IEnumerable<WeightsFinding> findings)
    {
        foreach (var finding in findings)
        {
            Dangerous(finding);
        }
    }

    internal void Invalid(WeightsFinding finding)
    {
        _invalid = true;
        Add(finding);
    }

    internal void Invalid(WeightsFormatException e, string where) => Invalid(new WeightsFinding(e.Code, e.Message, e.Where ?? where));

    internal ScanReport ToReport(string path) => new()
    {
        Path = path,
        Verdict = _dangerous ? ScanVerdict.Dangerous : _invalid ? ScanVerdict.Invalid : ScanVerdict.Safe,
        Format = Format,
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
