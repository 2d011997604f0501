using StreamSocial.Hosting.Kafka.Sources;

namespace StreamSocial.Hosting.Kafka.Processes;

/// <summary>Where the brokers of one run keep their data. A file is locked for as long; however the run ends, the system unlocks it.</summary>
internal sealed class KafkaRunDirectory : IDisposable
{
    private const string Prefix = "run-";
    private const string LockSuffix = ".lock";

    /// <summary>More than a run takes from its lock to its directory.</summary>
    private static readonly TimeSpan BeginningTime = TimeSpan.FromMinutes(1);

    private readonly FileStream _lock;

    private KafkaRunDirectory(string path, bool isKept, FileStream ownLock) => (Path, IsKept, _lock) = (path, isKept, ownLock);

    public string Path { get; }

    /// <summary>Whether the data outlives the run.</summary>
    public bool IsKept { get; }

    /// <summary>The named directory, which stays; or a fresh one below artifacts/kafka, which goes with this run, as do those of dead ones.</summary>
    /// <exception cref="KafkaSourceException">Another run uses the directory, or it is not writable.</exception>
    public static KafkaRunDirectory Choose(string appHostDirectory, string? named)
    {
        var isKept = !string.IsNullOrWhiteSpace(named);
        var directory = System.IO.Path.GetFullPath(isKept ? named! : System.IO.Path.Combine(appHostDirectory, "..", "artifacts", "kafka"));
        try
        {
            Directory.CreateDirectory(directory);
            if (isKept)
                return new KafkaRunDirectory(directory, isKept, Lock(System.IO.Path.Combine(directory, LockSuffix), FileOptions.None));
            foreach (var earlier in FindRuns(directory))
                DeleteIfDead(earlier);
            var path = System.IO.Path.Combine(directory, $"{Prefix}{Environment.ProcessId}-{Guid.NewGuid():N}");
            return new KafkaRunDirectory(path, isKept, LockRun(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KafkaSourceException(
                $"The brokers' data directory {directory} cannot be locked, so another AppHost uses it or it is not writable ({e.Message.TrimEnd('.')}): set Kafka:DataDirectory to another one.", e);
        }
    }

    public void Dispose()
    {
        if (!IsKept)
            TryDelete(Path);
        _lock.Dispose();
    }

    /// <summary>
    /// The runs of which there is a directory, and those that left only an old lock because they ended early: a new one may be that of a run that begins at this moment
    /// and does not hold it yet.
    /// </summary>
    private static IEnumerable<string> FindRuns(string directory)
    {
        var old = TimeProvider.System.GetUtcNow().UtcDateTime - BeginningTime;
        return Directory.GetDirectories(directory, Prefix + "*")
            .Concat(Directory.GetFiles(directory, Prefix + "*" + LockSuffix).Where(file => File.GetLastWriteTimeUtc(file) < old).Select(file => file[..^LockSuffix.Length]))
            .Distinct(StringComparer.Ordinal);
    }

    /// <summary>Locks a file beside the directory, which does not exist yet when the lock is taken, and deletes it with the lock.</summary>
    private static FileStream LockRun(string directory) => Lock(directory + LockSuffix, FileOptions.DeleteOnClose);

    private static FileStream Lock(string file, FileOptions options) => new(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, options);

    private static void DeleteIfDead(string directory)
    {
        try
        {
            using var ownersLock = LockRun(directory);
            TryDelete(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its run is alive, or another user's.
        }
    }

    /// <summary>
    /// Deletes a directory of which the lock is held. The brokers of an AppHost that was killed live some seconds longer than it, and write. What is left then goes with
    /// a later run.
    /// </summary>
    private static void TryDelete(string directory)
    {
        try
        {
            if (Directory.Exists(directory))
                Directory.Delete(directory, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Still written to, or another user's.
        }
    }
}
