namespace ModelRegistry.Weights.Pickle;

/// <summary>How a pickle is read.</summary>
internal sealed record PickleOptions
{
    /// <summary>What messages call the pickle, e.g. <c>archive/data.pkl</c>.</summary>
    internal required string Where { get; init; }

    /// <summary>Classes of <c>__torch__</c> are data here, described by the archive's code.</summary>
    internal bool TorchScript { get; init; }

    /// <summary>Storages have a sixth item, as before PyTorch 1.6.</summary>
    internal bool Legacy { get; init; }

    /// <summary>Harmless values outside the list become opaque.</summary>
    internal bool TensorsOnly { get; init; }

    /// <summary>Note what is wrong and go on where possible: for the scanner, which wants all of it.</summary>
    internal bool Lenient { get; init; }

    /// <summary>The bytes may as well be a text: a name that nothing in Python can have is the end of the pickle, as it is there.</summary>
    internal bool MayBeText { get; init; }

    /// <summary>Bytes before the pickle in its file or record, for positions in messages.</summary>
    internal long Base { get; init; }
}

/// <summary>What a pickle asked for and did; filled while it is read, so that a failure half-way keeps what came before.</summary>
internal sealed class PickleReport
{
    /// <summary>Globals outside the allow-list.</summary>
    internal List<WeightsFinding> Refused { get; } = [];

    /// <summary>True when each of <see cref="Refused"/> is a harmless value.</summary>
    internal bool OnlyHarmless { get; private set; } = true;

    /// <summary>Names in <see cref="Refused"/>, in order, once each.</summary>
    internal List<string> RefusedNames { get; } = [];

    private readonly HashSet<string> _seenNames = new(StringComparer.Ordinal);

    internal void AddRefused(string name, bool harmless, WeightsFinding finding)
    {
        Add(Refused, finding);
        OnlyHarmless &= harmless;
        if (RefusedNames.Count < PickleLimits.Findings && _seenNames.Add(name))
        {
            RefusedNames.Add(name);
        }
    }

    /// <summary>Values that were skipped under tensors-only.</summary>
    internal List<WeightsFinding> Skipped { get; } = [];

    /// <summary>Broken rules that a lenient reading noted.</summary>
    internal List<WeightsFinding> Violations { get; } = [];

    /// <summary>True when a refused global is also called: texts that happen to start with an opcode never get that far.</summary>
    internal bool CallsRefused { get; set; }

    internal Dictionary<string, PickleStorage> Storages { get; } = new(StringComparer.Ordinal);

    internal List<PickleTensor> Tensors { get; } = [];

    internal static void Add(List<WeightsFinding> list, WeightsFinding finding)
    {
        if (list.Count < PickleLimits.Findings)
        {
            list.Add(finding);
        }
    }

    /// <summary>One refusal that names every global.</summary>
    internal WeightsFormatException Refusal()
    {
        const int Shown = 5;
        var names = string.Join(", ", RefusedNames.Take(Shown).Select(Display.Quote));
        var more = RefusedNames.Count > Shown ? $" and {RefusedNames.Count - Shown} more" : "";
        if (OnlyHarmless)
        {
            const string Advice = "--tensors-only reads the tensors and skips them; better, save model.state_dict() alone";
            return new WeightsFormatException(WeightsCodes.PlainValue, $"values of {names}{more} stand beside the tensors, and are not on the list of what weights need", Refused[0].Where, Advice)
            {
                Findings = Refused,
            };
        }

        var hint = RefusedNames.Any(n => n.StartsWith("torch.nn.modules.", StringComparison.Ordinal) || n.StartsWith("__main__.", StringComparison.Ordinal))
            ? "this is a whole pickled module, which runs code when loaded; save model.state_dict() instead"
            : "loading this file in Python may run code; do not, unless you trust where it is from";
        return new WeightsFormatException(WeightsCodes.PickleGlobal, $"the pickle asks for {names}{more}, not on the list of what weights need", Refused[0].Where, hint) { Findings = Refused };
    }
}
