using System.Text;
using ModelRegistry.Shared;

namespace ModelRegistry.Tool.Signing;

/// <summary>The password of an encrypted key: never from the command line, where every process of the machine can read it.</summary>
internal static class SigningPassword
{
    public static string? Ask(string key)
    {
        if (Environment.GetEnvironmentVariable("MODELREG_SIGNING_PASSWORD") is { Length: > 0 } password) return password;
        if (Console.IsInputRedirected || Console.IsErrorRedirected) return null;
        Console.Error.Write($"password of {SafeText.OneLine(key)}: ");
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is var pressed && pressed.Key != ConsoleKey.Enter)
        {
            if (pressed.Key == ConsoleKey.Backspace) typed.Length = Math.Max(0, typed.Length - 1);
            else if (pressed.KeyChar != '\0') typed.Append(pressed.KeyChar);
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
