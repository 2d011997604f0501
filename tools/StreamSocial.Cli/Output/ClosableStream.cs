namespace StreamSocial.Cli.Output;

/// <summary>An output that its reader may close: what is written after that goes nowhere, and the command goes on to its exit code.</summary>
/// <remarks>The console itself takes only a broken pipe quietly; one that was closed from the start is an error at each write.</remarks>
internal sealed class ClosableStream(Stream inner) : Stream
{
    private bool _isClosed;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Puts one around standard output and standard error where they are no terminal.</summary>
    public static void ReplaceOutputs()
    {
        if (Console.IsOutputRedirected)
            Console.SetOut(WriterOf(Console.OpenStandardOutput()));
        if (Console.IsErrorRedirected)
            Console.SetError(WriterOf(Console.OpenStandardError()));
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_isClosed)
            return;
        try
        {
            inner.Write(buffer);
        }
        catch (UnauthorizedAccessException)
        {
            // How the console reports a descriptor that is not open.
            _isClosed = true;
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        if (!_isClosed)
            inner.Flush();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static StreamWriter WriterOf(Stream stream) => new(new ClosableStream(stream)) { AutoFlush = true };
}
