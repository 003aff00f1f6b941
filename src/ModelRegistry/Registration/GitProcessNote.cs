using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace ModelRegistry.Registration;

/// <summary>Names a running process in a way that a reused process number does not match.</summary>
internal static class GitProcessNote
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    public static string Of(Process process) =>
#pragma warning disable RS0030 // Beside a process id, which the machine's clock gave its meaning.
        string.Create(CultureInfo.InvariantCulture, $"{process.Id} {DateTime.UtcNow.Ticks}");
#pragma warning restore RS0030

    /// <summary>Waits for the process to end; false where it still runs when the time is over.</summary>
    public static bool WaitForEnd(string note, TimeSpan timeout)
    {
        var parts = note.Split(' ');
        if (parts.Length != 2 || !int.TryParse(parts[0], CultureInfo.InvariantCulture, out var id) || !long.TryParse(parts[1], CultureInfo.InvariantCulture, out var noted)) return true;
        try
        {
            using var process = Process.GetProcessById(id);
            return process.StartTime.ToUniversalTime() - new DateTime(noted, DateTimeKind.Utc) > Tolerance || process.WaitForExit(timeout);
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return true;
        }
    }
}
