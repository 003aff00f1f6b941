using System.Collections.Immutable;
using ModelRegistry.Registration;

namespace ModelRegistry;

/// <summary>How often a field of a registration is given.</summary>
public enum FieldKind
{
    /// <summary>One text.</summary>
    Text,

    /// <summary>Any number of texts.</summary>
    List,

    /// <summary>On or off.</summary>
    Switch,
}

/// <summary>
/// One field of a registration as people write it: its name, form and meaning, and how its text becomes part of the request. Command options, MSBuild
/// properties, Cake settings and forms are tables onto these; what a text means is decided here alone.
/// </summary>
public sealed record RegistrationField
{
    internal RegistrationField(string name, FieldKind kind, string form, string description, Func<RegistrationRequest, FieldTexts, RegistrationRequest> apply)
    {
        Name = name;
        Kind = kind;
        Form = form;
        Description = description;
        Apply = apply;
    }

    /// <summary>Its name as the command writes it: <c>input-shape</c>.</summary>
    public string Name { get; }

    /// <summary>How often it is given.</summary>
    public FieldKind Kind { get; }

    /// <summary>The form of its text: <c>NAME=NUMBER</c>; empty for a switch.</summary>
    public string Form { get; }

    /// <summary>What it means, in one line.</summary>
    public string Description { get; }

    /// <summary>The words that it takes; empty where any text may come.</summary>
    public ImmutableArray<string> Choices { get; internal init; } = [];

    /// <summary>Whether a registration cannot do without.</summary>
    public bool IsRequired { get; internal init; }

    internal Func<RegistrationRequest, FieldTexts, RegistrationRequest> Apply { get; }
}
