using Microsoft.Extensions.Logging;

namespace StreamSocial.Streams.Restoring;

/// <summary>Tracks the progress of restores and logs it while they take long.</summary>
internal sealed partial class RestoreProgress(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = logger;
    private long _startedAt;
    private long _loggedAt;
    private int _done;
    private long _bytes;
    private int _reading;
    private int _waiting;

    /// <summary>Changelogs being read. Readable from any thread.</summary>
    public int Reading => Volatile.Read(ref _reading);

    /// <summary>Tasks that wait for their turn. Readable from any thread.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Counts a restored task.</summary>
    public void Add(long bytes)
    {
        _done++;
        _bytes += bytes;
    }

    /// <summary>Updates the numbers and logs them when the interval has passed.</summary>
    public void Observe(int reading, int waiting)
    {
        Volatile.Write(ref _reading, reading);
        Volatile.Write(ref _waiting, waiting);
        if (reading + waiting == 0)
        {
            (_done, _bytes, _startedAt) = (0, 0, 0);
            return;
        }
        if (_startedAt == 0)
            _startedAt = _loggedAt = time.GetTimestamp();
        if (time.GetElapsedTime(_loggedAt) < Interval)
            return;
        _loggedAt = time.GetTimestamp();
        LogProgress(_done, _done + reading + waiting, reading, _bytes, time.GetElapsedTime(_startedAt).TotalSeconds);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Restored {Done} of {All} tasks; {Reading} are being read, {Bytes} bytes are done after {Seconds:F0} s")]
    private partial void LogProgress(int done, int all, int reading, long bytes, double seconds);
}
