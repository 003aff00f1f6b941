using System.CommandLine;
using ModelRegistry.Signing;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Signing;

namespace ModelRegistry.Tool.Registering;

/// <summary>The options of <c>modelreg register</c>: one for each field of a registration, made from the field itself.</summary>
internal sealed class RegisterOptions
{
    private readonly List<(RegistrationField Field, Option Option)> _options = [.. RegistrationFields.All.Select(field => (field, Make(field)))];
    private readonly Option<bool> _verify = new("--verify") { Description = "Run the model first and refuse it when a check fails; the outcome is recorded" };

    private readonly Option<bool> _sign = new("--sign") { Description = "Vouch for the version in its own commit, as --key or --sign-with says" };
    private readonly Option<bool> _provenance = new("--provenance") { Description = "State how the version was made, from its lineage, and sign the statement" };
    private readonly List<Option> _signing = [];
    private readonly SignerOptions _signer;

    public RegisterOptions() => _signer = new SignerOptions(option =>
    {
        _signing.Add(option);
        return option;
    });

    /// <summary>In the order of the help.</summary>
    public IEnumerable<Option> All => [.. _options.Select(o => o.Option), _verify, _sign, _provenance, .. _signing];

    /// <summary>Who signs; null where nobody is to.</summary>
    public ModelSigner? OpenSigner(CommandContext context) => context.Value(_sign) || context.Value(_provenance) || _signer.Given(context) ? _signer.Open(context) : null;

    /// <summary>Whether to verify before the registration.</summary>
    public bool WantsVerification(CommandContext context) => context.Value(_verify);

    /// <summary>The request.</summary>
    public RegistrationRequest Read(CommandContext context)
    {
        var input = new RegistrationInput(Environment.CurrentDirectory, Console.OpenStandardInput);
        foreach (var (field, option) in _options)
        {
            _ = option switch
            {
                Option<string[]> list => input.Add(field, context.Value(list)!),
                Option<bool> flag => input.Add(field, context.Value(flag)),
                _ => input.Add(field, context.Value((Option<string?>)option)),
            };
        }

        return input.ToRequest() with { Provenance = context.Value(_provenance) };
    }

    private static Option Make(RegistrationField field)
    {
        var name = $"--{field.Name}";
        Option option = field switch
        {
            { Kind: FieldKind.Switch } => new Option<bool>(name) { Description = field.Description },
            { Kind: FieldKind.List } => CommonOptions.Many(name, field.Form, field.Description),
            { Choices: { Length: > 0 } words } => Choice.Of<string?>(name, field.Description, null, [.. words.Select(word => (word, (string?)word))]),
            _ => CommonOptions.Text(name, field.Form, field.Description),
        };
        if (field == RegistrationFields.Name) option.CompletionSources.Add(Completions.Families);
        if (field == RegistrationFields.Hyperparameter) option.Aliases.Add("--param");
        option.Required = field.IsRequired;
        // What must be given has no usual value.
        if (field.IsRequired && option is Option<string[]> files) files.DefaultValueFactory = null;
        return option;
    }
}
