using StreamSocial.Replay.Traces;

namespace StreamSocial.Cli.Commands;

/// <summary>
/// The trace that a command was given. It is read to its end before any work: one that is empty, cut or of another format tries nothing. One that can be read
/// only once, such as a pipe, is copied to a file first, because most commands read it twice.
/// </summary>
internal sealed class TraceFile : IDisposable
{
    /// <summary>How a command line names standard input.</summary>
    public const string StandardInput = "-";

    private static readonly FileStreamOptions Unbuffered = new() { BufferSize = 0 };

    private readonly bool _isCopy;

    private TraceFile(string? path, bool isCopy) => (Path, _isCopy) = (path, isCopy);

    /// <summary>Where it can be read as often as needed; null when none was given.</summary>
    public string? Path { get; }

    /// <summary>Opens a trace; null for none.</summary>
    /// <exception cref="TraceFormatException">It is empty, cut or of another format.</exception>
    /// <exception cref="ToolException">It cannot be read.</exception>
    public static async Task<TraceFile> OpenAsync(FileInfo? given, CancellationToken cancellationToken)
    {
        if (given is null)
            return new TraceFile(null, isCopy: false);
        var isInput = given.Name == StandardInput && !given.Exists;
        var name = isInput ? "standard input" : given.FullName;
        TraceFile? trace = null;
        try
        {
            // A pipe blocks who opens or reads it while nobody writes; Ctrl-C leaves that behind. Closing a file that is buffered would wait for it.
            await using (var file = await Task.Run(() => isInput ? Console.OpenStandardInput() : given.Open(Unbuffered), cancellationToken).WaitAsync(cancellationToken))
            {
                trace = file.CanSeek ? new TraceFile(given.FullName, isCopy: false) : new TraceFile(System.IO.Path.GetTempFileName(), isCopy: true);
                if (trace._isCopy)
                    await CopyAsync(file, trace.Path!, cancellationToken);
            }
            using var reader = HiggsTraceReader.Open(trace.Path!, name);
            foreach (var _ in reader.ReadLines())
            {
                // Only to know that all of it can be read.
                cancellationToken.ThrowIfCancellationRequested();
            }
            return trace;
        }
        catch (Exception e)
        {
            trace?.Dispose();
            if (e is IOException or UnauthorizedAccessException)
                throw new ToolException($"The trace {name} cannot be read: {e.Message}", e);
            throw;
        }
    }

    public void Dispose()
    {
        if (_isCopy)
            File.Delete(Path!);
    }

    private static async Task CopyAsync(Stream file, string path, CancellationToken cancellationToken)
    {
        await using var copy = File.Create(path);
        await Task.Run(() => file.CopyToAsync(copy, cancellationToken), cancellationToken).WaitAsync(cancellationToken);
    }
}
