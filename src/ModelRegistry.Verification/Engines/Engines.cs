using ModelRegistry.Diagnostics;

namespace ModelRegistry.Verification;

/// <summary>The engines that come with the product.</summary>
public static class Engines
{
    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["managed"];

    /// <summary>An engine by name.</summary>
    /// <exception cref="ModelRegistryException">MR0641: no engine has the name.</exception>
    public static IVerificationEngine Named(string name) =>
        name == "managed" ? new ManagedEngine() : throw VerificationCodes.UnknownEngine.Error($"there is no engine '{name}'", $"use {string.Join(" or ", Names)}");
}
