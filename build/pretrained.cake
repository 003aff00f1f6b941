// The public weights of torchvision, fetched once into pretrained_models/.

static readonly (string Family, string File, string Architecture, string License, string About, string Notes, (string Name, string Value)[] Metrics)[] Pretrained =
[
    ("resnet18", "resnet18-f37072fd.pth", "resnet18", "BSD-3-Clause",
        "ResNet-18 for the 1000 classes of ImageNet.",
        "torchvision's IMAGENET1K_V1 weights; metrics as torchvision publishes them.",
        [("acc@1", "69.758"), ("acc@5", "89.078")]),
    ("chest_xray_densenet", "densenet121-a639ec97.pth", "densenet121", "BSD-3-Clause",
        "DenseNet-121 for chest X-rays.",
        "The starting point only: torchvision's ImageNet weights, not trained on any X-ray yet.",
        []),
];

// Registers them where the machine has network; where it has none, that is said and the demo goes on.
void RegisterPretrained()
{
    using var cache = new DownloadCache(Root.Combine("pretrained_models").FullPath, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(20));
    var source = new Uri(EnvironmentVariable("PRETRAINED_MODELS_URL") is { Length: > 0 } mirror ? mirror : "https://download.pytorch.org/models/");
    foreach (var model in Pretrained)
    {
        string path;
        try
        {
            path = cache.Get(new Uri(source, model.File), model.File.Split('-', '.')[1], Say);
        }
        catch (Exception failure) when (failure is System.Net.Http.HttpRequestException or TimeoutException or System.IO.IOException or System.IO.InvalidDataException)
        {
            Say($"skipped resnet18 and chest_xray_densenet, which need the network: {failure.Message}");
            return;
        }

        ShowModelreg(Root, ["register", "--name", model.Family, "--file", Root.GetRelativePath(new FilePath(path)).FullPath, "--framework", "pytorch",
            "--architecture", model.Architecture, "--input-shape", "input=-1x3x224x224", "--output-shape", "logits=-1x1000",
            "--preprocessing", """{"resize":256,"crop":224,"mean":[0.485,0.456,0.406],"std":[0.229,0.224,0.225],"layout":"NCHW"}""",
            "--license", model.License, "--description", model.About, "--notes", model.Notes, "--dataset", "imagenet-1k",
            .. model.Metrics.SelectMany(metric => new[] { "--metric", $"{metric.Name}={metric.Value}" })]);
    }
}
