using Microsoft.AspNetCore.Http.Features;
using ModelRegistry.Dashboard.Display;
using ModelRegistry.Verification.Hosting;
using ModelRegistry.Weights;

namespace ModelRegistry.Dashboard.Trying;

/// <summary>What a form or a request of several parts gives the inputs of a model.</summary>
internal static class TryForm
{
    private const int FormOverhead = 100_000, MostFull = 4;

    public static async Task<IFormCollection> Read(HttpContext http, Manifest manifest)
    {
        if (!http.Request.HasFormContentType) throw DashboardCodes.InvalidRequest.Error("the request is not a form", "send the form of the page");
        var most = ((long)TrialInput.MaxLength * Math.Clamp(manifest.Inputs.Length, 1, MostFull)) + FormOverhead;
        if (http.Request.ContentLength > most) throw DashboardCodes.TooLarge.Error($"what is sent is larger than {Figures.Bytes(most)}", "send smaller images");
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = most;
        return await http.Request.ReadFormAsync(new FormOptions { MultipartBodyLengthLimit = TrialInput.MaxLength, MemoryBufferThreshold = TrialInput.MaxLength, ValueLengthLimit = TrialInput.MaxLength, ValueCountLimit = 600, BufferBody = false }, http.RequestAborted);
    }

    /// <summary>One for each input of the page's panels; what is left empty stays as it was in the result that the page shows.</summary>
    /// <exception cref="Diagnostics.ModelRegistryException">MR0923: an input is given nothing.</exception>
    public static async Task<IReadOnlyList<TrialInput>> Panels(IFormCollection form, Manifest manifest, Trial? before, CancellationToken cancellation)
    {
        var inputs = new List<TrialInput>();
        for (var i = 0; i < manifest.Inputs.Length; i++)
        {
            var kept = before is { } trial && i < trial.Inputs.Count && !trial.Inputs[i].IsNumbers ? trial.Inputs[i] : null;
            inputs.Add(await Given(form.Files.GetFile($"input-{i}"), form[$"numbers-{i}"].ToString(), cancellation) ?? kept
                ?? throw DashboardCodes.InputRefused.Error($"the input {Shown.OneLine(manifest.Inputs[i].Name)} is given nothing", "choose a file for it, or write its numbers"));
        }

        return inputs;
    }

    /// <summary>One for each input, by its name.</summary>
    /// <exception cref="Diagnostics.ModelRegistryException">MR0923: an input is given nothing. MR0920: there is no input of a name.</exception>
    public static async Task<IReadOnlyList<TrialInput>> Parts(IFormCollection form, Manifest manifest, CancellationToken cancellation)
    {
        var names = manifest.Inputs.Select(i => i.Name).ToList();
        var known = names.Count == 0 ? "which inputs the model takes is not declared" : $"its inputs are {string.Join(", ", names.Select(Shown.OneLine))}";
        if (form.Files.Select(f => f.Name).Concat(form.Keys).FirstOrDefault(name => !names.Contains(name)) is { } unknown)
            throw DashboardCodes.InvalidRequest.Error($"{manifest.Id} has no input '{Shown.OneLine(unknown)}'", known);
        var inputs = new List<TrialInput>();
        foreach (var name in names)
        {
            inputs.Add(await Given(form.Files.GetFile(name), form[name].ToString(), cancellation)
                ?? throw DashboardCodes.InputRefused.Error($"the input {Shown.OneLine(name)} is given nothing", $"send one part for each input: {known}"));
        }

        return inputs;
    }

    /// <summary>An uploaded file.</summary>
    public static async Task<TrialInput> File(IFormFile upload, CancellationToken cancellation)
    {
        using var bytes = new MemoryStream();
        await upload.CopyToAsync(bytes, cancellation);
        return new TrialInput(Path.GetFileName(upload.FileName.Replace('\\', '/')) is { Length: > 0 and < 200 } named ? named : "image", bytes.ToArray());
    }

    /// <summary>The tensors of a sample with all inputs: by their names, else in the order of their names.</summary>
    public static IReadOnlyList<TrialInput> Sample(string name, string path, Manifest manifest)
    {
        using var file = WeightsFile.Open(path);
        var ordered = file.Tensors.OrderBy(t => t.Name, StringComparer.Ordinal).ToList();
        // Formats such as TorchScript do not say what they take: the network does, when it runs.
        if (ordered.Count == 0 || (manifest.Inputs.Length > 0 && ordered.Count != manifest.Inputs.Length)) throw DashboardCodes.InputRefused.Error($"{Shown.OneLine(name)} holds {Figures.Count(ordered.Count, "tensor")}, and the model takes {Figures.Count(manifest.Inputs.Length, "input")}", "give each input a file of its own");
        return [.. ordered.Select((tensor, i) => new TrialInput($"{(i < manifest.Inputs.Length ? manifest.Inputs[i].Name : tensor.Name)}.npy", Npy(i < manifest.Inputs.Length ? ordered.Find(t => t.Name == manifest.Inputs[i].Name) ?? tensor : tensor)))];
    }

    private static byte[] Npy(Tensor tensor)
    {
        if (tensor.ByteLength > TrialInput.MaxLength) throw DashboardCodes.TooLarge.Error($"{Shown.OneLine(tensor.Name)} has {Figures.Bytes(tensor.ByteLength)}, and the limit is 20 MB", "give a smaller sample");
        var bytes = new byte[tensor.ByteLength];
        tensor.CopyTo(bytes);
        return NpyBytes.Of(new TensorData(tensor.Name, tensor.DType.DisplayName(), tensor.Shape, bytes))
            ?? throw DashboardCodes.InputRefused.Error($"{Shown.OneLine(tensor.Name)} is {tensor.DType.DisplayName()}, which an NPY file cannot hold", "give the input a file of its own");
    }

    private static async Task<TrialInput?> Given(IFormFile? file, string numbers, CancellationToken cancellation)
    {
        if (file is { Length: > 0 }) return await File(file, cancellation);
        return numbers.Trim().Length > 0 ? new TrialInput("numbers.json", System.Text.Encoding.UTF8.GetBytes(numbers)) : null;
    }
}
