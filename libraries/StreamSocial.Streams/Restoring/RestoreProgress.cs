using Microsoft.Extensions.Logging;

namespace StreamSocial.Streams.Restoring;

/// <summary>Says in the log how far a restore that takes long has come.</summary>
internal sealed partial class RestoreProgress(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = logger;
    private long _startedAt;
    private long _saidAt;
    private int _done;
    private long _bytes;
    private int _reading;
    private int _waiting;

    /// <summary>Changelogs that are read now. Readable from any thread.</summary>
    public int Reading => Volatile.Read(ref _reading);

    /// <summary>Tasks whose turn has not come. Readable from any thread.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Notes a task that is back.</summary>
    public void Add(long bytes)
    {
        _done++;
        _bytes += bytes;
    }

    /// <summary>Notes what is under way, and says so when it is time to.</summary>
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
            _startedAt = _saidAt = time.GetTimestamp();
        if (time.GetElapsedTime(_saidAt) < Interval)
            return;
        _saidAt = time.GetTimestamp();
        LogProgress(_done, _done + reading + waiting, reading, _bytes, time.GetElapsedTime(_startedAt).TotalSeconds);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Restored {Done} of {All} tasks; {Reading} are being read, {Bytes} bytes are done after {Seconds:F0} s")]
    private partial void LogProgress(int done, int all, int reading, long bytes, double seconds);
}
