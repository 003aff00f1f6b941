using BenchmarkDotNet.Running;
using ModelRegistry.Benchmarks.Dashboards;
using ModelRegistry.Benchmarks.Kernels;
using ModelRegistry.Benchmarks.Networks;
using ModelRegistry.Benchmarks.Selection;
using ModelRegistry.Benchmarks.Trusting;

// Two kinds of figures: BenchmarkDotNet's for one kernel at a time, and side-by-side runs against another program.
if (args is ["resnet18-convolutions", .. var rest])
    return ResNet18Comparison.Run(rest is ["--threads", var threads] ? int.Parse(threads, System.Globalization.CultureInfo.InvariantCulture) : 1);

if (args is ["best"]) return BestOfTenThousand.Run();
if (args is ["dashboard", .. var counts]) return await DashboardBudgets.Run(counts);
if (args is ["forward", .. var networks]) return ForwardComparison.Run(networks);
if (args is ["steps", var network, .. var width])
    return StepProfile.Run(network, width is [var count, ..] ? int.Parse(count, System.Globalization.CultureInfo.InvariantCulture) : 1, width is [_, var size] ? int.Parse(size, System.Globalization.CultureInfo.InvariantCulture) : 224);
if (args is ["policy", .. var how]) return PolicyOfTenModels.Run(how);

BenchmarkSwitcher.FromAssembly(typeof(ResNet18Comparison).Assembly).Run(args);
return 0;
