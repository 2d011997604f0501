using Microsoft.Extensions.Logging;

namespace StreamSocial.Streams.Restoring;

/// <summary>Tracks the progress of a member's restores and logs it while they take long. Thread-safe.</summary>
/// <param name="restorers">How many restore.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where it goes.</param>
internal sealed partial class RestoreProgress(int restorers, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = logger;
    private readonly Lock _gate = new();
    private readonly (int Reading, int Waiting)[] _restorers = new (int, int)[restorers];
    private long _startedAt;
    private long _loggedAt;
    private int _done;
    private long _bytes;

    /// <summary>Changelogs being read.</summary>
    public int Reading
    {
        get
        {
            lock (_gate)
                return _restorers.Sum(restorer => restorer.Reading);
        }
    }

    /// <summary>Tasks that wait for their turn.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
                return _restorers.Sum(restorer => restorer.Waiting);
        }
    }

    /// <summary>Counts a restored task.</summary>
    public void Add(long bytes)
    {
        lock (_gate)
            (_done, _bytes) = (_done + 1, _bytes + bytes);
    }

    /// <summary>Updates the numbers of a restorer and logs those of all when the interval has passed.</summary>
    public void Observe(int restorer, int reading, int waiting)
    {
        lock (_gate)
        {
            if (_restorers[restorer] == default && reading + waiting == 0)
                return;
            _restorers[restorer] = (reading, waiting);
            var (allReading, allWaiting) = (Reading, Waiting);
            if (allReading + allWaiting == 0)
            {
                (_done, _bytes, _startedAt) = (0, 0, 0);
                return;
            }
            if (_startedAt == 0)
                _startedAt = _loggedAt = time.GetTimestamp();
            if (time.GetElapsedTime(_loggedAt) < Interval)
                return;
            _loggedAt = time.GetTimestamp();
            LogProgress(_done, _done + allReading + allWaiting, allReading, _bytes, time.GetElapsedTime(_startedAt).TotalSeconds);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Restored {Done} of {All} tasks; {Reading} are being read, {Bytes} bytes are done after {Seconds:F0} s")]
    private partial void LogProgress(int done, int all, int reading, long bytes, double seconds);
}
