using System.Text.Json;

namespace ModelRegistry.Tool.Output;

/// <summary>What <c>promote</c> and <c>yank</c> print for scripts.</summary>
internal static class PointerDocument
{
    public static void PointerChange(this Utf8JsonWriter json, PointerChange change)
    {
        json.IdFields(change.Id);
        json.WriteBoolean("changed", change.Changed);
        json.WriteString("path", change.Path);
        json.WriteString("commit", change.Commit);
        if (change.StillPointing.Count > 0) json.Strings("stillPointing", change.StillPointing);
    }

    /// <summary><c>aliasReasons</c>: why each alias of a version was moved there; only those of which somebody said.</summary>
    public static void Reasons(this Utf8JsonWriter json, Family family, ModelVersion version)
    {
        json.WriteStartObject("aliasReasons");
        foreach (var alias in family.AliasesOf(version))
        {
            if (family.Aliases[alias].Reason is { } reason) json.WriteString(alias, reason);
        }

        json.WriteEndObject();
    }
}
