namespace StreamSocial.Replay.Sending;

/// <summary>
/// Limits the requests in flight: the limit grows while requests are answered in time and falls by a third when one is not. So a replay keeps a
/// fast cluster busy without overloading a slow one.
/// </summary>
/// <remarks>
/// As TCP's congestion control (RFC 5681), but driven by latency instead of loss: the limit doubles each round until a request is late for the
/// first time. After that it grows by one each round, or by half while answers take less than half of the target, so that a cluster that was
/// slow only at its start is soon kept busy. Thread-safe.
/// </remarks>
/// <param name="maximum">Upper bound of the limit; at least 1.</param>
/// <param name="target">Longest time of a request that counts as answered in time.</param>
/// <param name="time">Clock.</param>
internal sealed class InFlightWindow(int maximum, TimeSpan target, TimeProvider time)
{
    private const int Initial = 4;
    private const double Decrease = 2.0 / 3;

    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private double _size = Math.Min(Initial, maximum);
    private int _inFlight;
    private long? _lastDecrease;

    /// <summary>Requests that may be in flight now, 1 to the maximum.</summary>
    public int Size
    {
        get
        {
            lock (_lock)
                return (int)_size;
        }
    }

    /// <summary>Waits until one more request may be in flight. Every call must be followed by <see cref="Leave"/>.</summary>
    public Task EnterAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_inFlight < (int)_size)
            {
                _inFlight++;
                return Task.CompletedTask;
            }

            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(turn);
            return turn.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Reports the end of a request.</summary>
    /// <param name="elapsed">Time from the first attempt to the answer.</param>
    /// <param name="wasRefused">Whether it had to be repeated.</param>
    public void Leave(TimeSpan elapsed, bool wasRefused)
    {
        lock (_lock)
        {
            _inFlight--;
            if (wasRefused || elapsed > target)
                Shrink();
            else
                _size = Math.Min(maximum, _size + Growth(elapsed));
            while (_inFlight < (int)_size && _waiting.TryDequeue(out var turn))
            {
                _inFlight++;
                turn.SetResult();
            }
        }
    }

    /// <summary>Growth per answer; a round has as many answers as the window is large.</summary>
    private double Growth(TimeSpan elapsed) =>
        _lastDecrease is null ? 1
        : elapsed < target / 2 ? 0.5
        : 1 / _size;

    /// <summary>Shrinks only once for all requests that were in flight together.</summary>
    private void Shrink()
    {
        if (_lastDecrease is { } last && time.GetElapsedTime(last) < target)
            return;
        _size = Math.Max(1, _size * Decrease);
        _lastDecrease = time.GetTimestamp();
    }
}
