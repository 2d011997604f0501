namespace StreamSocial.Streams.Tasks;

/// <summary>
/// The tasks of a member that stopped alone, and when each runs again: after a delay that doubles with every failure in a row. Thread-safe.
/// </summary>
internal sealed class TaskRetries(StreamsOptions options, TimeProvider time)
{
    /// <summary>A task that ran for so long is no longer counted as failing in a row.</summary>
    private static readonly TimeSpan Recovered = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<TaskId, Retry> _retries = [];

    /// <summary>The tasks that do not run now because they failed.</summary>
    public IReadOnlyList<TaskBackoff> Failed
    {
        get
        {
            lock (_gate)
                return [.. _retries.Values.Where(retry => retry.RunsSince is null).Select(retry => retry.Task)];
        }
    }

    public bool IsFailed(TaskId task)
    {
        lock (_gate)
            return _retries.TryGetValue(task, out var retry) && retry.RunsSince is null;
    }

    /// <summary>The entry at which the task's runs end; null when they do not end at one.</summary>
    public EntryFailure? EntryOf(TaskId task)
    {
        lock (_gate)
            return _retries.GetValueOrDefault(task)?.Entry;
    }

    /// <summary>A task failed.</summary>
    /// <param name="task">The task.</param>
    /// <param name="failure">Why.</param>
    /// <returns>How long to wait before it runs again.</returns>
    public TimeSpan Add(TaskId task, TaskFailure failure)
    {
        lock (_gate)
        {
            var before = _retries.GetValueOrDefault(task);
            var entry = failure.Entry ?? before?.Entry;
            // Another entry than before: the task got on.
            var inARow = before is not null && !(before.RunsSince is { } since && time.GetElapsedTime(since) >= Recovered)
                && (failure.Entry is null || (before.Entry?.IsAt(failure.Entry.Offset, failure.Entry.Index) ?? true));
            var failures = inARow ? before!.Task.Failures + 1 : 1;
            var delay = TimeSpan.FromTicks(Math.Min(options.MaxTaskRetryDelay.Ticks, options.TaskRetryDelay.Ticks << Math.Min(failures - 1, 30)));
            var now = time.GetUtcNow();
            _retries[task] = new Retry(new TaskBackoff(task, failure.Reason, inARow ? before!.Task.Since : now, failures, now + delay, failure.Entry is not null), entry);
            return delay;
        }
    }

    /// <summary>A task fails for a reason that no other try can mend.</summary>
    public void AddForGood(TaskId task, string reason)
    {
        lock (_gate)
            _retries[task] = new Retry(new TaskBackoff(task, reason, time.GetUtcNow(), Failures: 1, NextTry: null, IsPoisoned: false), Entry: null);
    }

    /// <summary>Offsets mean other entries from now on.</summary>
    public void ForgetEntry(TaskId task)
    {
        lock (_gate)
        {
            if (_retries.TryGetValue(task, out var retry))
                _retries[task] = retry with { Entry = null };
        }
    }

    /// <summary>A task runs again, or for the first time.</summary>
    public void OnRunning(TaskId task)
    {
        lock (_gate)
        {
            if (_retries.TryGetValue(task, out var retry))
                retry.RunsSince = time.GetTimestamp();
        }
    }

    /// <summary>A task left the member.</summary>
    public void Remove(TaskId task)
    {
        lock (_gate)
            _retries.Remove(task);
    }

    private sealed record Retry(TaskBackoff Task, EntryFailure? Entry)
    {
        /// <summary>Timestamp since which it runs; null while it does not.</summary>
        public long? RunsSince { get; set; }
    }
}

/// <summary>A task that stopped alone.</summary>
/// <param name="Id">The task.</param>
/// <param name="Reason">A sentence for an operator.</param>
/// <param name="Since">When it failed first in this row of failures.</param>
/// <param name="Failures">Failures in a row.</param>
/// <param name="NextTry">When it runs again; null: not in this process.</param>
/// <param name="IsPoisoned">Whether an entry made it fail.</param>
internal sealed record TaskBackoff(TaskId Id, string Reason, DateTimeOffset Since, int Failures, DateTimeOffset? NextTry, bool IsPoisoned);
