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
}
