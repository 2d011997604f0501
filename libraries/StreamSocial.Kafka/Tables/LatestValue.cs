namespace StreamSocial.Kafka.Tables;

/// <summary>Holds the latest of a row of immutable snapshots and wakes those who wait for a newer one. Thread-safe.</summary>
public sealed class LatestValue<T>(T first, Func<T, long> versionOf)
    where T : class
{
    private readonly Lock _gate = new();
    private volatile T _current = first;
    private TaskCompletionSource<T> _next = NewSource();

    public T Current => _current;

    /// <summary>Replaces the snapshot. Its version is above the current one's.</summary>
    public void Publish(T snapshot)
    {
        TaskCompletionSource<T> waiting;
        lock (_gate)
        {
            if (versionOf(snapshot) <= versionOf(_current))
                throw new ArgumentException($"Version {versionOf(snapshot)} follows {versionOf(_current)}; versions rise.", nameof(snapshot));
            _current = snapshot;
            waiting = _next;
            _next = NewSource();
        }

        waiting.SetResult(snapshot);
    }

    /// <summary>Completes with the first snapshot above <paramref name="version"/>.</summary>
    public Task<T> WaitForNewerAsync(long version, CancellationToken cancellationToken)
    {
        lock (_gate)
            return versionOf(_current) > version ? Task.FromResult(_current) : WaitAsync(_next.Task, version, cancellationToken);
    }

    private async Task<T> WaitAsync(Task<T> next, long version, CancellationToken cancellationToken)
    {
        var snapshot = await next.WaitAsync(cancellationToken);
        return versionOf(snapshot) > version ? snapshot : await WaitForNewerAsync(version, cancellationToken);
    }

    // Waiters continue elsewhere: the publisher is a thread that must go on reading.
    private static TaskCompletionSource<T> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
