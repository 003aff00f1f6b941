using BenchmarkDotNet.Running;
using ModelRegistry.Benchmarks.Kernels;

// Two kinds of figures: BenchmarkDotNet's for one kernel at a time, and side-by-side runs against another program.
if (args is ["resnet18-convolutions", .. var rest])
    return ResNet18Comparison.Run(rest is ["--threads", var threads] ? int.Parse(threads, System.Globalization.CultureInfo.InvariantCulture) : 1);

BenchmarkSwitcher.FromAssembly(typeof(ResNet18Comparison).Assembly).Run(args);
return 0;
