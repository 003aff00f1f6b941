using System.Text.Json;

namespace ModelRegistry.Families;

/// <summary>One string for each metric's name, however many versions have it.</summary>
internal static class MetricNames
{
    private static readonly string[] Common = ["accuracy", "loss", "f1", "auc", "precision", "recall", "val_accuracy", "val_loss", "top1", "top5", "mse", "psnr"];

    public static string Intern(ref Utf8JsonReader reader)
    {
        foreach (var name in Common)
        {
            if (reader.ValueTextEquals(name)) return name;
        }

        return reader.GetString()!;
    }
}
