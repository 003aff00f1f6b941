using System.ComponentModel;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace ModelRegistry.Tests.Support;

/// <summary>Programs without which the contract cannot be held against a class of its tests.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsAttribute(params string[] programs) : Attribute
{
    public string[] Programs { get; } = programs;
}

/// <summary>A fact of a contract: passed over, by name, in a class whose programs are not installed.</summary>
[XunitTestCaseDiscoverer("ModelRegistry.Tests.Support.ContractFactDiscoverer", "ModelRegistry.Tests")]
public sealed class ContractFactAttribute : FactAttribute;

public sealed class ContractFactDiscoverer(IMessageSink diagnostics) : FactDiscoverer(diagnostics)
{
    protected override IXunitTestCase CreateTestCase(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        new ContractTestCase(DiagnosticMessageSink, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod);
}

public sealed class ContractTestCase : XunitTestCase
{
    [EditorBrowsable(EditorBrowsableState.Never)]
    [Obsolete("For deserialisation only")]
    public ContractTestCase()
    {
    }

    public ContractTestCase(IMessageSink diagnostics, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method)
        : base(diagnostics, display, options, method)
    {
    }

    protected override string? GetSkipReason(IAttributeInfo factAttribute)
    {
        var needs = TestMethod.TestClass.Class.GetCustomAttributes(typeof(NeedsAttribute)).FirstOrDefault()?.GetNamedArgument<string[]>(nameof(NeedsAttribute.Programs)) ?? [];
        return needs.FirstOrDefault(program => Peer.Find(program) is null) is { } missing ? $"{missing} is not installed; .ci/run installs it" : base.GetSkipReason(factAttribute);
    }
}
