namespace ModelRegistry.CommandBench.Groups;

/// <summary>A cold verification of ResNet-18 beside PyTorch, and beside every other engine that is installed.</summary>
internal static class Verifying
{
    public static IEnumerable<Measured.Figure> ResNet18(Bench bench)
    {
        var root = bench.Scratch.Repository("verify");
        var weights = Path.Combine(root, "resnet18.pth");
        var peers = Path.Combine(bench.Repository, "bench", "peers");
        Scratch.Run(root, Bench.Python, "-c", $"import torch, torchvision; torch.manual_seed(1); torch.save(torchvision.models.resnet18(weights=None).state_dict(), r'{weights}')");
        Scratch.Run(root, bench.Modelreg, "init");
        Scratch.Run(root, bench.Modelreg, "register", "--name", "r18", "--file", weights, "--architecture", "resnet18", "--input-shape", "x=float32:1x3x224x224");
        var processes = new List<Timed>
        {
            new("`modelreg verify` of ResNet-18, cold", root, bench.Modelreg, "verify", "r18", "--no-record") { Budget = "400" },
            new("PyTorch: import, strict load, two forward passes", root, Bench.Python, Path.Combine(peers, "torch_verify.py"), weights),
        };
        foreach (var engine in new[] { "torchsharp", "onnxruntime" })
        {
            var timed = new Timed($"`modelreg verify --engine {engine}` of ResNet-18", root, bench.Modelreg, "verify", "r18", "--no-record", "--engine", engine);
            if (Works(timed)) processes.Add(timed);
            else bench.Print($"<!-- the engine {engine} is not installed, or does not load these weights: 'modelreg engine add {engine}' -->");
        }

        return Measured.InTurn(9, processes);
    }

    private static bool Works(Timed timed)
    {
        try
        {
            Scratch.Run(timed.Directory, timed.Program, timed.Arguments);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
