using System.Globalization;
using System.IO.Compression;
using System.Text;
using StreamSocial.Replay.Messages;

namespace StreamSocial.Replay.Traces;

/// <summary>A Higgs trace file as a source of actions.</summary>
public sealed class HiggsTrace(string path, string idPrefix = "h") : ITraceSource
{
    private readonly HiggsTraceReader _reader = HiggsTraceReader.Open(path);

    /// <inheritdoc/>
    public string Description { get; } = Path.GetFileName(path);

    /// <inheritdoc/>
    public double? FractionRead => _reader.FractionRead;

    /// <inheritdoc/>
    public long InteractionsRead { get; private set; }

    /// <inheritdoc/>
    public IEnumerable<ReplayEvent> ReadEvents() => new TraceInterpreter(idPrefix).Interpret(CountLines());

    public void Dispose() => _reader.Dispose();

    private IEnumerable<HiggsLine> CountLines()
    {
        foreach (var line in _reader.ReadLines())
        {
            InteractionsRead++;
            yield return line;
        }
    }
}

/// <summary>Streams the lines of a Higgs activity trace. The first bytes tell whether it is gzip-compressed or plain text.</summary>
public sealed class HiggsTraceReader : IDisposable
{
    /// <summary>Longest line, many times what the format takes: a file without line ends must not fill the memory.</summary>
    private const int LongestLine = 1_000;

    private readonly StringBuilder _line = new();
    private readonly string _name;
    private readonly Stream _file;
    private readonly StreamReader _lines;

    /// <param name="file">The trace; seekable. The reader owns it.</param>
    /// <param name="name">Its name in error messages.</param>
    public HiggsTraceReader(Stream file, string name)
    {
        _name = name;
        _file = file;
        _lines = new StreamReader(IsGzip(file) ? new GZipStream(file, CompressionMode.Decompress) : file);
    }

    /// <summary>Fraction of the file that has been read, 0 to 1.</summary>
    public double FractionRead => _file.Length == 0 ? 1 : (double)_file.Position / _file.Length;

    /// <summary>Opens a trace file.</summary>
    /// <param name="path">The file; seekable.</param>
    /// <param name="name">Its name in error messages; null for the path.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static HiggsTraceReader Open(string path, string? name = null) =>
        new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 64 * 1024, FileOptions.SequentialScan), name ?? path);

    /// <summary>All lines in the order of the file; can be enumerated once.</summary>
    /// <exception cref="TraceFormatException">There is no line, one is not of the format, or the compressed data is damaged or cut short.</exception>
    public IEnumerable<HiggsLine> ReadLines()
    {
        var isEmpty = true;
        for (var number = 1; ReadLine(number) is { } text; number++)
        {
            if (TryParse(text, number, out var line))
            {
                isEmpty = false;
                yield return line;
            }
            else if (!string.IsNullOrWhiteSpace(text))
                throw new TraceFormatException($"{_name}, line {number}: expected 'userA userB unixSeconds RT|MT|RE', found '{Shorten(text)}'.");
        }
        if (isEmpty)
            throw new TraceFormatException($"{_name} is empty: it has no line 'userA userB unixSeconds RT|MT|RE'.");
    }

    public void Dispose() => _lines.Dispose();

    private static bool IsGzip(Stream file)
    {
        Span<byte> magic = stackalloc byte[2];
        var read = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return read == 2 && magic is [0x1f, 0x8b];
    }

    private static bool TryParse(ReadOnlySpan<char> text, int number, out HiggsLine line)
    {
        line = default;
        Span<Range> fields = stackalloc Range[5];
        if (text.Split(fields, ' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) != 4
            || !int.TryParse(text[fields[0]], NumberStyles.None, CultureInfo.InvariantCulture, out var userA)
            || !int.TryParse(text[fields[1]], NumberStyles.None, CultureInfo.InvariantCulture, out var userB)
            || !long.TryParse(text[fields[2]], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            || ParseInteraction(text[fields[3]]) is not { } interaction)
        {
            return false;
        }

        line = new HiggsLine(number, userA, userB, seconds, interaction);
        return true;
    }

    private static HiggsInteraction? ParseInteraction(ReadOnlySpan<char> text) => text switch
    {
        "RT" => HiggsInteraction.Retweet,
        "MT" => HiggsInteraction.Mention,
        "RE" => HiggsInteraction.Reply,
        _ => null,
    };

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "…";

    private string? ReadLine(int number)
    {
        try
        {
            if (_lines.Peek() < 0)
                return null;
            _line.Clear();
            for (var next = _lines.Read(); next is not (-1 or '\n'); next = _lines.Read())
            {
                if (_line.Length == LongestLine)
                    throw new TraceFormatException($"{_name}, line {number}: expected 'userA userB unixSeconds RT|MT|RE', found more than {LongestLine} characters.");
                _line.Append((char)next);
            }
            return _line.ToString();
        }
        catch (InvalidDataException e)
        {
            throw new TraceFormatException($"{_name}, line {number}: the compressed data is damaged or cut short; fetch the file again.", e);
        }
    }
}

/// <summary>One line of the trace: <c>userA userB unixSeconds RT|MT|RE</c>.</summary>
/// <param name="Number">Line number, from 1.</param>
/// <param name="UserA">The actor.</param>
/// <param name="UserB">The user concerned.</param>
/// <param name="UnixSeconds">Time, in Unix seconds.</param>
/// <param name="Interaction">What A did.</param>
public readonly record struct HiggsLine(int Number, int UserA, int UserB, long UnixSeconds, HiggsInteraction Interaction);

/// <summary>Kind of interaction in a line of the trace.</summary>
public enum HiggsInteraction
{
    /// <summary><c>RT</c>: A retweets B.</summary>
    Retweet,

    /// <summary><c>MT</c>: A mentions B.</summary>
    Mention,

    /// <summary><c>RE</c>: A replies to B.</summary>
    Reply,
}

/// <summary>A trace file that cannot be read; the message names the file, the line and what was expected.</summary>
public sealed class TraceFormatException(string message, Exception? innerException = null) : Exception(message, innerException);
