using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Restoring;

/// <summary>
/// Keeps the state of tasks that left in good order for a while, so that a partition that returns reads only what others added to its
/// changelog. Only a state that is exactly its last durable checkpoint is kept: what was beyond it never became true for anybody else.
/// </summary>
internal sealed class RetainedStateCache(StreamsOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();

    // In the order in which they were kept.
    private readonly OrderedDictionary<TaskId, RetainedState> _states = [];
    private long _bytes;

    /// <summary>States kept now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _states.Count;
        }
    }

    /// <summary>Takes over the stores of a closed task; gives them up when they are no checkpoint, or the oldest ones when there are too many.</summary>
    public void Keep(StreamTask task)
    {
        if (!IsCheckpoint(task) || options.WarmPartitions == 0)
        {
            task.Stores.Clear();
            return;
        }
        var commit = new CommitRecord
        {
            Version = ChangelogKeys.Version,
            Checkpoint = task.Checkpoint,
            NextOffset = task.CommittedOffset,
            Checksum = task.Stores.Checksum,
            Entries = task.Stores.Count,
            Owner = task.Claim,
        };
        lock (_gate)
        {
            if (Remove(task.Id) is { } older)
                older.Stores.Clear();
            _states.Add(task.Id, new RetainedState(task.Stores, commit, task.NextChangelogOffset, task.ChangelogGrowth, time.GetTimestamp()));
            _bytes += task.Stores.Bytes;
        }
        Expire();
    }

    /// <summary>Hands out the state of a task that returns; null when it is not here any more.</summary>
    public RetainedState? Take(TaskId task)
    {
        Expire();
        lock (_gate)
            return Remove(task);
    }

    /// <summary>Gives up the oldest states that are too old or too much.</summary>
    public void Expire()
    {
        lock (_gate)
        {
            while (_states.Count > 0)
            {
                var (task, oldest) = _states.GetAt(0);
                if (_states.Count <= options.WarmPartitions && _bytes <= options.WarmBytes && time.GetElapsedTime(oldest.KeptAt) <= options.WarmFor)
                    return;
                Remove(task);
                oldest.Stores.Clear();
            }
        }
    }

    private static bool IsCheckpoint(StreamTask task) =>
        task is { NextChangelogOffset: >= 0, CommittedOffset: >= 0, HasUncommittedInput: false, Capture: null };

    private RetainedState? Remove(TaskId task)
    {
        if (!_states.Remove(task, out var state))
            return null;
        _bytes -= state.Stores.Bytes;
        return state;
    }
}

/// <summary>The state of a task that left, exactly as its last durable checkpoint has it.</summary>
/// <param name="Stores">The stores, with nothing in them that the checkpoint does not have.</param>
/// <param name="Commit">What the checkpoint's commit record says of them.</param>
/// <param name="NextChangelogOffset">First changelog offset whose record the stores do not have.</param>
/// <param name="Growth">How much the changelog had grown since the whole state was last written.</param>
/// <param name="KeptAt">Timestamp of the member's clock.</param>
internal sealed record RetainedState(TaskStores Stores, CommitRecord Commit, long NextChangelogOffset, ChangelogGrowth Growth, long KeptAt);
