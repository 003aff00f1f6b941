using System.Globalization;
using ModelRegistry.Dashboard.Display;
using ModelRegistry.Dashboard.Families;
using ModelRegistry.Dashboard.Reading;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Dashboard.Drafts;

/// <summary>Makes the page of a new version.</summary>
public sealed class DraftQuery(RegistryReader reader, Uploads uploads)
{
    public DraftView Run(FamilyFacts? family, Draft? draft, DraftFields fields, bool isNewModel, string? problem = null, IndexedVersion? other = null)
    {
        var name = draft?.Name ?? family?.Name ?? "";
        var numbers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (bump, _, _) in DraftPlan.Bumps) numbers[bump] = DraftPlan.Number(family, fields, bump)!.Value;
        var number = DraftPlan.Number(family, fields, fields.Bump);
        return new DraftView
        {
            Family = family,
            Name = name,
            IsNewModel = isNewModel,
            Draft = draft,
            Fields = fields,
            Numbers = numbers,
            AutoReason = DraftPlan.Auto(family, fields).Reason,
            Number = number?.Value,
            Consequences = number is null ? [] : Consequences(family, fields, number),
            Missing = Missing(family, draft, fields, number, isNewModel, name),
            Required = (reader.Settings.Policies?.RequiredMetadata ?? []).ToHashSet(StringComparer.Ordinal),
            Against = Against(family, fields),
            Report = draft?.Report,
            Problem = problem,
            Other = other,
            Limit = Figures.Limit(uploads.Largest),
        };
    }

    /// <summary>The family of a name; null where there is none yet.</summary>
    public FamilyFacts? Family(string? name, CancellationToken cancellation)
    {
        if (!ModelName.TryParse(name, out var parsed)) return null;
        try
        {
            return reader.Get(parsed, cancellation);
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic == Codes.ModelNotFound)
        {
            return null;
        }
    }

    private static List<string> Missing(FamilyFacts? family, Draft? draft, DraftFields fields, ModelVersion? number, bool isNewModel, string name)
    {
        var missing = new List<string>();
        if (isNewModel && !ModelName.TryParse(name, out _)) missing.Add("a name");
        if (isNewModel && family is not null) missing.Add($"another name: {family.Name} exists");
        if (number is null) missing.Add("a version such as 1.2.0");
        if (draft is null || draft.Files.All(f => f.Role != FileRoles.Weights)) missing.Add("a file with weights");
        else if (draft.Files.Exists(f => !f.IsComplete)) missing.Add("the rest of the upload");
        foreach (var file in draft?.Files.Where(f => f.Problem is not null) ?? []) missing.Add($"another {file.Name}: this one is {file.Problem}");
        if (fields.JsonProblem is not null) missing.Add("metadata that can be read");
        else if (draft is not null && ModelName.TryParse(name, out _))
        {
            try
            {
                DraftPlan.Request(draft, number);
            }
            catch (ModelRegistryException failure)
            {
                missing.Add(failure.Message);
            }
        }

        return missing;
    }

    private static List<string> Consequences(FamilyFacts? family, DraftFields fields, ModelVersion number)
    {
        var sentences = new List<string>();
        if (family is null || family.Versions.Count == 0) return ["It is the first version of the family, so it is latest and best."];
        sentences.Add(number.IsPrerelease ? "It is a prerelease: latest and best pass it over." : "It becomes latest.");
        if (family.Goal is { } goal && !number.IsPrerelease)
        {
            var text = fields.Metrics.FirstOrDefault(m => m.Name == goal.Name).Value;
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) sentences.Add($"Without {goal.Name} it cannot become best.");
            else if (family.Best is not { } best || goal.EffectiveDirection.IsBetter(value, best.Manifest.Metrics[goal.Name])) sentences.Add("It becomes best.");
            else sentences.Add($"{best.Manifest.Version} stays best.");
        }

        foreach (var alias in family.Aliases.Take(4)) sentences.Add($"{alias.Name} stays at {alias.Record.Version}.");
        return sentences;
    }

    private static List<MetricCell> Against(FamilyFacts? family, DraftFields fields)
    {
        var cells = new List<MetricCell>();
        foreach (var (name, text) in fields.Metrics)
        {
            double? value = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
            double? best = family?.BestBy(name)?.Manifest.Metrics.TryGetValue(name, out var b) == true ? b : null;
            var change = value - best;
            cells.Add(new MetricCell(name, value, change, change is null or 0 or double.NaN ? null : family!.Direction(name).IsBetter(value!.Value, best!.Value)));
        }

        return cells;
    }
}
