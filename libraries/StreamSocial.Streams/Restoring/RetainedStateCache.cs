using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Restoring;

/// <summary>
/// Retains the state of gracefully closed tasks for a while, so that a partition that returns reads only what others added to its
/// changelog. A state is retained only if it equals its last durable checkpoint: no other member has seen anything beyond that.
/// </summary>
internal sealed class RetainedStateCache(StreamsOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();

    // In the order in which they were added.
    private readonly OrderedDictionary<TaskId, RetainedState> _states = [];
    private long _bytes;

    /// <summary>Number of retained states.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _states.Count;
        }
    }

    /// <summary>Takes over the stores of a closed task. Clears them if they equal no checkpoint; clears the oldest ones if there are too many.</summary>
    public void Add(StreamTask task)
    {
        if (!IsCheckpoint(task) || options.WarmPartitions == 0)
        {
            task.Stores.Clear();
            return;
        }
        var commit = task.LastCommit!.Clone();
        // Of what follows, only records of this owner or a later one count.
        commit.Owner = task.FencingOffset;
        lock (_gate)
        {
            if (Remove(task.Id) is { } older)
                older.Stores.Clear();
            _states.Add(task.Id, new RetainedState(task.Stores, commit, task.NextChangelogOffset, task.ChangelogGrowth, time.GetTimestamp()));
            _bytes += task.Stores.Bytes;
        }
        Expire();
    }

    /// <summary>Removes and returns the state of a task that returns; null when none is retained.</summary>
    public RetainedState? Take(TaskId task)
    {
        Expire();
        lock (_gate)
            return Remove(task);
    }

    /// <summary>Clears the oldest states while they are too old, too many or too large.</summary>
    public void Expire()
    {
        lock (_gate)
        {
            while (_states.Count > 0)
            {
                var (task, oldest) = _states.GetAt(0);
                if (_states.Count <= options.WarmPartitions && _bytes <= options.WarmBytes && time.GetElapsedTime(oldest.RetainedAt) <= options.WarmFor)
                    return;
                Remove(task);
                oldest.Stores.Clear();
            }
        }
    }

    private static bool IsCheckpoint(StreamTask task) =>
        task is { NextChangelogOffset: >= 0, LastCommit: not null, HasUncommittedInput: false, MustCheckpointFirst: false, PendingCheckpoint: null };

    private RetainedState? Remove(TaskId task)
    {
        if (!_states.Remove(task, out var state))
            return null;
        _bytes -= state.Stores.Bytes;
        return state;
    }
}

/// <summary>The state of a closed task, equal to its last durable checkpoint.</summary>
/// <param name="Stores">The stores.</param>
/// <param name="Commit">What the checkpoint's commit record says about them.</param>
/// <param name="NextChangelogOffset">First changelog offset whose record the stores do not have.</param>
/// <param name="Growth">How much the changelog had grown since the whole state was last written.</param>
/// <param name="RetainedAt">Timestamp of the member's clock.</param>
internal sealed record RetainedState(TaskStores Stores, CommitRecord Commit, long NextChangelogOffset, ChangelogGrowth Growth, long RetainedAt);
