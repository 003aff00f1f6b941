namespace ModelRegistry.Weights.Npy;

internal static class NpyError
{
    internal const string File = "MR0565";
    internal const string Type = "MR0566";

    public static WeightsFormatException Malformed(string what) =>
        new(File, $"not a valid .npy file: {what}");

    public static WeightsFormatException UnsupportedType(string what) =>
        new(Type, $".npy element type {what} is not supported: save as float, integer or boolean, e.g. array.astype('float32')");
}
