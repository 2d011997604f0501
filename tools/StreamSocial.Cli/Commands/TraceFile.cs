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

    private readonly bool _isCopy;

    private TraceFile(string? path, bool isCopy) => (Path, _isCopy) = (path, isCopy);

    /// <summary>Where it can be read as often as needed; null when none was given.</summary>
    public string? Path { get; }

    /// <summary>Opens a trace; null for none.</summary>
    /// <exception cref="TraceFormatException">It is empty, cut or of another format.</exception>
    /// <exception cref="ToolException">It cannot be read.</exception>
    public static TraceFile Open(FileInfo? given)
    {
        if (given is null)
            return new TraceFile(null, isCopy: false);
        var isInput = given.Name == StandardInput && !given.Exists;
        var name = isInput ? "standard input" : given.FullName;
        TraceFile? trace = null;
        try
        {
            using (var file = isInput ? Console.OpenStandardInput() : given.OpenRead())
                trace = file.CanSeek ? new TraceFile(given.FullName, isCopy: false) : new TraceFile(Copy(file), isCopy: true);
            using var reader = HiggsTraceReader.Open(trace.Path!, name);
            foreach (var _ in reader.ReadLines())
            {
                // Only to know that all of it can be read.
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

    private static string Copy(Stream file)
    {
        var path = System.IO.Path.GetTempFileName();
        using var copy = File.Create(path);
        file.CopyTo(copy);
        return path;
    }
}
