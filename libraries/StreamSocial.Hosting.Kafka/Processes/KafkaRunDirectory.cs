using System.Diagnostics;
using System.Globalization;

namespace StreamSocial.Hosting.Kafka.Processes;

/// <summary>Where the brokers of one run keep their data.</summary>
internal sealed class KafkaRunDirectory : IDisposable
{
    private const string Prefix = "run-";

    private KafkaRunDirectory(string path, bool isKept) => (Path, IsKept) = (path, isKept);

    public string Path { get; }

    /// <summary>Whether the data outlives the run.</summary>
    public bool IsKept { get; }

    /// <summary>The named directory, which stays; or a fresh one below artifacts/kafka, which goes with this run, as do those of dead ones.</summary>
    public static KafkaRunDirectory Choose(string appHostDirectory, string? named)
    {
        if (!string.IsNullOrWhiteSpace(named))
            return new KafkaRunDirectory(System.IO.Path.GetFullPath(named), isKept: true);

        var root = System.IO.Path.GetFullPath(System.IO.Path.Combine(appHostDirectory, "..", "artifacts", "kafka"));
        Directory.CreateDirectory(root);
        foreach (var directory in Directory.EnumerateDirectories(root, Prefix + "*").Where(IsOfDeadProcess).ToArray())
            TryDelete(directory);
        return new KafkaRunDirectory(System.IO.Path.Combine(root, $"{Prefix}{Environment.ProcessId}-{Guid.NewGuid():N}"), isKept: false);
    }

    public void Dispose()
    {
        if (!IsKept && Directory.Exists(Path))
            TryDelete(Path);
    }

    /// <summary>The brokers of an AppHost that was killed live some seconds longer than it, and write. What is left then goes with a later run.</summary>
    private static void TryDelete(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: true);
        }
        catch (IOException)
        {
            // Still written to, or another AppHost removed it.
        }
    }

    private static bool IsOfDeadProcess(string directory)
    {
        var id = System.IO.Path.GetFileName(directory)[Prefix.Length..].Split('-')[0];
        if (!int.TryParse(id, CultureInfo.InvariantCulture, out var process))
            return false;
        try
        {
            using var owner = Process.GetProcessById(process);
            return owner.HasExited;
        }
        catch (ArgumentException)
        {
            // No process has this id.
            return true;
        }
    }
}
