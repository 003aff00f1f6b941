namespace ModelRegistry.Weights.Tests;

/// <summary>TorchScript archives around a class of the test's choice.</summary>
internal static class TorchCode
{
    public static byte[] Archive(string code, string version = "3", string versionRecord = "version", byte[]? bytecode = null)
    {
        var zip = new ZipBuilder()
            .Add("m/data.pkl", new PickleBuilder().Global("__torch__", "M").Op(")\u0081}").Text("w").Tensor().Op("sb").Stop())
            .Add("m/data/0", TorchFile.Data)
            .Add("m/code/__torch__.py", System.Text.Encoding.UTF8.GetBytes(code))
            .Add("m/constants.pkl", new PickleBuilder().Op(")").Stop())
            .Add($"m/{versionRecord}", System.Text.Encoding.UTF8.GetBytes(version + "\n"));
        return (bytecode is null ? zip : zip.Add("m/bytecode.pkl", bytecode)).Build();
    }

    /// <summary>A module whose <c>forward</c> has this body.</summary>
    public static string Module(string body, string members = "") => $"""
        class M(Module):
          __parameters__ = ["w", ]
          __buffers__ = []
          w : Tensor
          training : bool
        {members}
          def forward(self: __torch__.M,
            x: Tensor) -> Tensor:
            w = self.w
            {body}
            return torch.add(x, w)

        """;
}
