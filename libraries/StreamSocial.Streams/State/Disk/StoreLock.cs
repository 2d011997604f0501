namespace StreamSocial.Streams.State.Disk;

/// <summary>Keeps a store directory for one process, by a file beside it that is open for that process alone. The file stays; only its lock counts.</summary>
internal sealed class StoreLock : IDisposable
{
    private readonly FileStream _file;

    private StoreLock(FileStream file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <param name="directory">The store directory, whose parent is created.</param>
    /// <exception cref="IOException">Another process has it, or the file cannot be made; the message says what to do.</exception>
    public static StoreLock Take(string directory)
    {
        var path = directory + ".lock";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return new StoreLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The store directory {directory} cannot be locked, so another member uses it or it is not writable ({exception.Message.TrimEnd('.')}): set {StreamsOptions.SectionName}:{nameof(StreamsOptions.StoreDirectory)} or {nameof(StreamsOptions.MemberId)}.",
                exception);
        }
    }

    public void Dispose() => _file.Dispose();
}
