using BenchmarkDotNet.Running;
using ModelRegistry.Benchmarks.Dashboards;
using ModelRegistry.Benchmarks.Kernels;
using ModelRegistry.Benchmarks.Networks;
using ModelRegistry.Benchmarks.Selection;

// Two kinds of figures: BenchmarkDotNet's for one kernel at a time, and side-by-side runs against another program.
if (args is ["resnet18-convolutions", .. var rest])
    return ResNet18Comparison.Run(rest is ["--threads", var threads] ? int.Parse(threads, System.Globalization.CultureInfo.InvariantCulture) : 1);

if (args is ["best"]) return BestOfTenThousand.Run();
if (args is ["dashboard", .. var counts]) return await DashboardBudgets.Run(counts);
if (args is ["forward"]) return ForwardComparison.Run();

BenchmarkSwitcher.FromAssembly(typeof(ResNet18Comparison).Assembly).Run(args);
return 0;
