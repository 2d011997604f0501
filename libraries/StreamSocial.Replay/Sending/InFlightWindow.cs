namespace StreamSocial.Replay.Sending;

/// <summary>
/// How many requests may be in flight: more while they are answered in time, a third less when one was not. So a replay keeps a fast cluster
/// busy and does not bury a slow one under more than it can acknowledge.
/// </summary>
/// <remarks>
/// As in RFC 5681 (TCP congestion control), on time instead of loss: twice as many each round until one is late for the first time, then one
/// more each round; but half as many more as long as answers take less than half of the target, so that a cluster that was slow only at its
/// start is soon kept busy. Thread-safe.
/// </remarks>
/// <param name="maximum">Never more than this; at least 1.</param>
/// <param name="target">Longest time of a request that was answered in time.</param>
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

    /// <summary>Waits until one more may be in flight; every call is followed by <see cref="Leave"/>.</summary>
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

    /// <summary>Says that a request has ended.</summary>
    /// <param name="elapsed">Its time from the first try to the answer.</param>
    /// <param name="wasRefused">Whether it had to be tried again.</param>
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

    /// <summary>What one answer adds; a round has as many answers as the window is large.</summary>
    private double Growth(TimeSpan elapsed) =>
        _lastDecrease is null ? 1
        : elapsed < target / 2 ? 0.5
        : 1 / _size;

    /// <summary>Once for all requests that were in flight together.</summary>
    private void Shrink()
    {
        if (_lastDecrease is { } last && time.GetElapsedTime(last) < target)
            return;
        _size = Math.Max(1, _size * Decrease);
        _lastDecrease = time.GetTimestamp();
    }
}
