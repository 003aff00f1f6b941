// Plain C#, so that the tests of the build compile it as well.

/// <summary>What one script was asked, for another that does the work.</summary>
public static class PassedArguments
{
    /// <summary>All but the target, each as it was written. Cake knows a switch as an argument whose value is null.</summary>
    public static IEnumerable<string> Of(IDictionary<string, ICollection<string>> arguments) =>
        from argument in arguments
        where argument.Key != "target"
        from value in argument.Value
        select string.IsNullOrEmpty(value) ? $"--{argument.Key}" : $"--{argument.Key}={value}";
}
