namespace ModelRegistry.Weights;

internal static class NpyError
{
    public static WeightsFormatException Malformed(string what) =>
        new("MR0565", $"not a valid .npy file: {what}");

    public static WeightsFormatException UnsupportedType(string what) =>
        new("MR0566", $".npy element type {what} is not supported: save as float, integer or boolean, e.g. array.astype('float32')");
}
