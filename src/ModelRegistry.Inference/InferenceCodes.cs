using ModelRegistry.Diagnostics;
using static ModelRegistry.Diagnostics.ErrorKind;

namespace ModelRegistry.Inference;

/// <summary>Diagnostic codes of architectures, execution and images; each has a page in docs/diagnostics.</summary>
internal static class InferenceCodes
{
    internal const string ArchitectureMalformed = "MR0601";
    internal const string ArchitectureUnknown = "MR0602";
    internal const string OperationUnknown = "MR0603";
    internal const string AttributeInvalid = "MR0604";
    internal const string Cycle = "MR0605";
    internal const string ReferenceUndefined = "MR0606";
    internal const string NodeUnused = "MR0607";
    internal const string NodeDuplicate = "MR0608";
    internal const string ExpansionLimit = "MR0609";
    internal const string ExpressionInvalid = "MR0610";
    internal const string StateDictMismatch = "MR0611";
    internal const string ShapeMismatch = "MR0612";
    internal const string WeightsNotFinite = "MR0613";
    internal const string TensorAmbiguous = "MR0614";
    internal const string MemoryLimit = "MR0615";
    internal const string InputMismatch = "MR0616";
    internal const string NotAClassifier = "MR0617";
    internal const string LabelCount = "MR0618";
    internal const string OptionInvalid = "MR0619";
    internal const string ImageFormat = "MR0620";
    internal const string ImageCorrupt = "MR0621";
    internal const string ImageTooLarge = "MR0622";
    internal const string PreprocessingInvalid = "MR0623";
    internal const string FileUnreadable = "MR0624";
    internal const string IndexOutOfRange = "MR0625";
    internal const string RenameCollision = "MR0626";
    internal const string RenameRule = "MR0627";
    internal const string ArchitectureNotTold = "MR0628";

    /// <summary>All of them with kind and title, by code.</summary>
    internal static IReadOnlyList<Diagnostic> All => field ??=
    [
        new(ArchitectureMalformed, InvalidInput, "Architecture file is not in the vocabulary"),
        new(ArchitectureUnknown, NotFound, "No such built-in architecture"),
        new(OperationUnknown, InvalidInput, "Unknown operation"),
        new(AttributeInvalid, InvalidInput, "Attribute is unknown, missing or out of range"),
        new(Cycle, InvalidInput, "Nodes form a cycle"),
        new(ReferenceUndefined, InvalidInput, "Input or module is not defined"),
        new(NodeUnused, InvalidInput, "Result reaches no output"),
        new(NodeDuplicate, InvalidInput, "Name is given twice"),
        new(ExpansionLimit, InvalidInput, "Network is too large when unrolled"),
        new(ExpressionInvalid, InvalidInput, "Expression cannot be evaluated"),
        new(StateDictMismatch, InvalidInput, "Weights are not those of the architecture"),
        new(ShapeMismatch, InvalidInput, "Shapes do not fit"),
        new(WeightsNotFinite, InvalidInput, "Weights hold NaN or infinity"),
        new(TensorAmbiguous, InvalidInput, "Tensors cannot be told apart"),
        new(MemoryLimit, InvalidInput, "More memory than allowed"),
        new(InputMismatch, InvalidInput, "Input does not suit the network"),
        new(NotAClassifier, InvalidInput, "Output is no classification"),
        new(LabelCount, InvalidInput, "Number of labels differs from the classes"),
        new(OptionInvalid, InvalidInput, "Option is out of range"),
        new(ImageFormat, InvalidInput, "Image format is not read"),
        new(ImageCorrupt, InvalidInput, "Image is damaged"),
        new(ImageTooLarge, InvalidInput, "Image is too large"),
        new(PreprocessingInvalid, InvalidInput, "Impossible preprocessing"),
        new(FileUnreadable, InvalidInput, "File cannot be read"),
        new(IndexOutOfRange, InvalidInput, "Index is outside the table"),
        new(RenameCollision, InvalidInput, "Two tensors would get one name"),
        new(RenameRule, InvalidInput, "Rule of rename cannot be used"),
        new(ArchitectureNotTold, NotFound, "Network is not told by the file"),
    ];

    /// <summary>What is known of a code; one of another's making is a refusal of the input.</summary>
    internal static Diagnostic Of(string code) => All.FirstOrDefault(known => known.Code == code) ?? new(code, InvalidInput, "Network refused");
}
