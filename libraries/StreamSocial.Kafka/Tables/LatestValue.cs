namespace StreamSocial.Kafka.Tables;

/// <summary>Holds the latest snapshot and wakes waiters for a newer one. Thread-safe.</summary>
/// <typeparam name="T">An immutable snapshot.</typeparam>
/// <param name="first">The first snapshot.</param>
/// <param name="versionOf">Reads the version of a snapshot.</param>
public sealed class LatestValue<T>(T first, Func<T, long> versionOf)
    where T : class
{
    private readonly Lock _gate = new();
    private volatile T _current = first;
    private TaskCompletionSource<T> _next = NewSource();

    /// <summary>The latest snapshot.</summary>
    public T Current => _current;

    /// <summary>Replaces the snapshot.</summary>
    /// <exception cref="ArgumentException">The version is not above the current one.</exception>
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
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
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

    // Waiters continue on other threads: the publisher's thread must go on reading.
    private static TaskCompletionSource<T> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
