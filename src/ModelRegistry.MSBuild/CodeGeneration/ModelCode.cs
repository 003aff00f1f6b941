using System.Collections.Immutable;
using System.Globalization;

namespace ModelRegistry.MSBuild.CodeGeneration;

/// <summary>Writes the type of a model: what all have in common, and its own inputs and outputs by name.</summary>
internal static class ModelCode
{
    public static void Write(CodeWriter code, GeneratedModel model, string summary)
    {
        var (id, locked) = (model.Reference.Id, model.Reference.Locked);
        code.Summary(summary);
        code.Open($"public sealed class {model.Identifier} : Model");
        code.Line($"internal static readonly {model.Identifier} Instance = new {model.Identifier}();");
        code.Line();
        code.Open($"private {model.Identifier}()");
        code.Line($"Name = {CodeWriter.Literal(id.Name.Value)};");
        code.Line($"Version = {CodeWriter.Literal(id.Version.Value)};");
        code.Line($"Digest = {CodeWriter.Literal(model.WeightsDigest.Value)};");
        code.Line($"ManifestDigest = {CodeWriter.Literal(locked.ManifestDigest.Value)};");
        if (locked.Framework is { } framework) code.Line($"Framework = {CodeWriter.Literal(framework)};");
        if (locked.Architecture is { } architecture) code.Line($"Architecture = {CodeWriter.Literal(architecture)};");
        code.Line($"WeightsRelativePath = {CodeWriter.Literal(model.WeightsRelativePath)};");
        code.Line($"FolderRelativePath = {CodeWriter.Literal(model.LinkBase)};");
        WriteFiles(code, model);
        if (locked.Preprocessing is { } preprocessing) WritePreprocessing(code, preprocessing);
        if (model.Labels is { } labels) WriteLabels(code, labels);
        code.Line("Inputs = new InputTensors();");
        code.Line("Outputs = new OutputTensors();");
        code.Close();
        code.Line();
        if (model.Reference.Request.OnDemand) WriteSource(code, model);
        WriteTensors(code, "Inputs", "What the model takes.", locked.Inputs);
        WriteTensors(code, "Outputs", "What the model gives.", locked.Outputs);
        code.Close();
        code.Line();
    }

    private static void WriteFiles(CodeWriter code, GeneratedModel model)
    {
        code.Line("Files = new ModelFile[]");
        code.Line("{");
        foreach (var (file, _) in model.Reference.Files)
            code.Line($"    new ModelFile(this, {CodeWriter.Literal(model.RelativePath(file))}, {CodeWriter.Literal(file.Role)}, {CodeWriter.Literal(file.Digest.Value)}, {CodeWriter.Number(file.Size)}L),");
        code.Line("};");
    }

    // The environment says where the cache is when a file is asked for, not when the class is loaded.
    private static void WriteSource(CodeWriter code, GeneratedModel model)
    {
        code.Line($"#if {SharedTypes.HasRuntime}");
        code.Line("private global::ModelRegistry.OnDemandModel _source;");
        code.Line();
        code.Open("internal override global::ModelRegistry.OnDemandModel Source");
        code.Open("get");
        code.Line($"return _source ?? (_source = global::ModelRegistry.OnDemandModel.Parse({CodeWriter.Literal(model.Reference.Id.Name.Value)}, {CodeWriter.Literal(OnDemandModel.Write(model.Reference))},");
        code.Line("    global::ModelRegistry.RegistryOptions.FromEnvironment(global::System.Environment.GetEnvironmentVariable, global::System.AppContext.BaseDirectory)));");
        code.Close();
        code.Close();
        code.Line("#endif");
        code.Line();
    }

    private static void WriteLabels(CodeWriter code, IReadOnlyList<string> labels)
    {
        code.Line("Labels = new string[]");
        code.Line("{");
        foreach (var label in labels) code.Line($"    {CodeWriter.Literal(label)},");
        code.Line("};");
    }

    private static void WritePreprocessing(CodeWriter code, Preprocessing preprocessing) =>
        code.Line($"Preprocessing = new ModelPreprocessing({Whole(preprocessing.Resize)}, {Whole(preprocessing.Crop)}, {Numbers(preprocessing.Mean)}, {Numbers(preprocessing.Std)}, {CodeWriter.Literal(preprocessing.Layout ?? "NCHW")});");

    private static void WriteTensors(CodeWriter code, string member, string summary, ImmutableArray<TensorSpec> tensors)
    {
        var type = member == "Inputs" ? "InputTensors" : "OutputTensors";
        code.Summary(summary);
        code.Line($"public {type} {member} {{ get; private set; }}");
        code.Line();
        code.Summary(summary);
        code.Open($"public sealed class {type}");
        code.Line($"internal {type}() {{ }}");
        code.Line();
        code.Summary("How many there are.");
        code.Line($"public int Count {{ get {{ return {CodeWriter.Number(tensors.Length)}; }} }}");
        foreach (var (identifier, tensor) in TensorIdentifiers.Of(tensors, member))
        {
            code.Line();
            code.Summary(tensor.ToString());
            code.Line($"public ModelTensor {identifier} {{ get; }} = new ModelTensor({CodeWriter.Literal(tensor.Name)}, {CodeWriter.Literal(tensor.Dtype)}, new long[] {{ {string.Join(", ", tensor.Shape.Select(CodeWriter.Number))} }});");
        }

        code.Close();
        code.Line();
    }

    private static string Whole(int? number) => number is { } value ? CodeWriter.Number(value) : "null";

    private static string Numbers(ImmutableArray<double> numbers) =>
        $"new double[] {{ {string.Join(", ", numbers.Select(n => n.ToString("R", CultureInfo.InvariantCulture) + "d"))} }}";
}
