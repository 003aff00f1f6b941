using Cake.Core;
using Cake.Core.Diagnostics;
using ModelRegistry.Diagnostics;

namespace Cake.ModelRegistry;

/// <summary>Runs the work of an alias; what the registry refuses becomes a failure that Cake reports in one line.</summary>
internal static class AliasRun
{
    /// <exception cref="CakeException">The coded line; its exit code is that of the <c>modelreg</c> command.</exception>
    public static T Run<T>(ICakeContext context, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (ModelRegistryException failure)
        {
            context.Log.Debug("{0}", failure.ToString());
            throw new CakeException((int)failure.Diagnostic.Kind, failure.ToLine(), failure);
        }
    }
}
