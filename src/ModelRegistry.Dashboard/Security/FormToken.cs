using System.Security.Cryptography;
using System.Text;

namespace ModelRegistry.Dashboard.Security;

/// <summary>A secret of this process that its own forms carry.</summary>
internal sealed class FormToken
{
    private readonly byte[] _value;

    public FormToken()
    {
        Value = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _value = Encoding.ASCII.GetBytes(Value);
    }

    public string Value { get; }

    public bool Matches(string? given) => given is not null && CryptographicOperations.FixedTimeEquals(_value, Encoding.UTF8.GetBytes(given));
}
