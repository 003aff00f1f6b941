using Cake.Core.Diagnostics;
using ModelRegistry.Diagnostics;

namespace Cake.ModelRegistry;

/// <summary>Says through Cake's log what the registry wants to be known.</summary>
internal sealed class CakeRegistryLog(ICakeLog log) : IRegistryLog
{
    public void Warn(Diagnostic diagnostic, string message) => log.Warning("{0}", $"warning {diagnostic.Code}: {message}");

    public void Detail(string message) => log.Verbose("{0}", message);
}
