using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamSocial.Cli.Output;

/// <summary>Where a command writes what it found for other programs. It is opened before the work, so that what cannot be written is an error at once.</summary>
internal sealed class ResultFile : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new FiniteNumberConverter() },
    };

    private readonly FileStream? _stream;
    private readonly bool _isNew;
    private bool _isWritten;

    private ResultFile(FileStream? stream, bool isNew) => (_stream, _isNew) = (stream, isNew);

    /// <summary>Opens the file; what it has stays until something is written. Without a file, nothing is ever written.</summary>
    /// <exception cref="UsageException">It cannot be written.</exception>
    public static ResultFile Open(FileInfo? file)
    {
        if (file is null)
            return new ResultFile(null, isNew: false);
        if (Directory.Exists(file.FullName))
            throw new UsageException($"The result cannot be written to {file.FullName}: it is a directory.");
        try
        {
            file.Directory?.Create();
            var isNew = !File.Exists(file.FullName);
            return new ResultFile(new FileStream(file.FullName, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite), isNew);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The result cannot be written to {file.FullName}: {e.Message}");
        }
    }

    /// <summary>Writes the result as JSON.</summary>
    public Task WriteAsync<T>(T result, CancellationToken cancellationToken) =>
        WriteAsync(stream => JsonSerializer.SerializeAsync(stream, result, Options, cancellationToken), cancellationToken);

    /// <summary>Writes the result as a text, which is not made without a file.</summary>
    public Task WriteTextAsync(Func<string> render, CancellationToken cancellationToken) =>
        WriteAsync(stream => stream.WriteAsync(Encoding.UTF8.GetBytes(render()), cancellationToken).AsTask(), cancellationToken);

    /// <summary>Writes the result as <paramref name="write"/> does; it is not called without a file.</summary>
    public async Task WriteAsync(Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        if (_stream is null)
            return;
        _isWritten = true;
        await write(_stream);
        await _stream.FlushAsync(cancellationToken);
        // What an earlier, longer result left behind.
        if (_stream.CanSeek && _stream.Length > _stream.Position)
            _stream.SetLength(_stream.Position);
    }

    /// <summary>Closes the file; one that was made for a result that never came goes again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stream is null)
            return;
        await _stream.DisposeAsync();
        if (_isNew && !_isWritten)
            File.Delete(_stream.Name);
    }

    /// <summary>JSON has no word for what a division by zero gives; it is unknown, as what was not measured.</summary>
    private sealed class FiniteNumberConverter : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
                writer.WriteNumberValue(value);
            else
                writer.WriteNullValue();
        }
    }
}
