namespace ModelRegistry.Weights;

/// <summary>Diagnostic codes of reading and scanning; each has a page in docs/diagnostics.</summary>
internal static class WeightsCodes
{
    internal const string NotWeights = "MR0501";
    internal const string Unreadable = "MR0502";
    internal const string ZipStructure = "MR0503";
    internal const string ZipFeature = "MR0504";
    internal const string ZipHeaderMismatch = "MR0505";
    internal const string Checksum = "MR0506";
    internal const string SizeLimit = "MR0507";
    internal const string EntryName = "MR0508";
    internal const string ArchiveLayout = "MR0509";
    internal const string PickleMalformed = "MR0510";
    internal const string PickleOpcode = "MR0511";
    internal const string PickleGlobal = "MR0512";
    internal const string PickleCall = "MR0513";
    internal const string PickleLimit = "MR0514";
    internal const string PersistentId = "MR0515";
    internal const string Storage = "MR0516";
    internal const string TensorGeometry = "MR0517";
    internal const string TrailingData = "MR0518";
    internal const string LegacyLayout = "MR0519";
    internal const string TensorAccess = "MR0520";
    internal const string TensorConversion = "MR0521";
    internal const string OpaqueSkipped = "MR0522";
    internal const string NameCollision = "MR0523";
    internal const string TorchScript = "MR0524";
    internal const string HiddenPickle = "MR0525";
    internal const string NestedArchive = "MR0526";
    internal const string PlainValue = "MR0527";
    internal const string ScriptOperator = "MR0528";
    internal const string ScriptSource = "MR0529";
    internal const string ExpandedTensor = "MR0530";
    internal const string ShardIndex = "MR0532";
    internal const string ShardMissing = "MR0533";
    internal const string ShardContent = "MR0534";
    internal const string ShardUnlisted = "MR0535";
    internal const string SeveralModels = "MR0536";
    internal const string KerasLambda = "MR0537";
    internal const string CutOff = "MR0538";
}
