using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.State;
using StreamSocial.Streams.State.Disk;
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
            _bytes += task.Stores.BytesInMemory;
        }
        Expire();
    }

    /// <summary>Leaves the states on disk for the next run of the member; whatever is in memory only is not left.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="IOException">They cannot be written.</exception>
    public int Keep(DiskSpace disk, string owner)
    {
        Expire();
        lock (_gate)
        {
            var kept = new List<KeptState>();
            foreach (var (task, state) in _states)
            {
                var described = new KeptState
                {
                    Topic = task.Topic,
                    Partition = task.Partition,
                    Commit = state.Commit,
                    NextChangelogOffset = state.NextChangelogOffset,
                    GrowthBytes = state.Growth.Bytes,
                    GrowthRecords = state.Growth.Records,
                    RetainedAt = (time.GetUtcNow() - time.GetElapsedTime(state.RetainedAt)).ToUnixTimeMilliseconds(),
                };
                if (state.Stores.TryKeep(described))
                    kept.Add(described);
            }
            if (kept.Count > 0)
                disk.Keep(kept, owner);
            return kept.Count;
        }
    }

    /// <summary>Adds what <see cref="Keep"/> left.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public void Load(IEnumerable<KeptState> states, DiskSpace disk)
    {
        lock (_gate)
        {
            foreach (var kept in states.OrderBy(state => state.RetainedAt))
            {
                var stores = new TaskStores(new KeptStoreFactory(disk, kept.Stores));
                stores.TakeKept(kept);
                // A clock that was set back since makes nothing younger than it can be.
                var age = TimeSpan.FromMilliseconds(Math.Max(0, time.GetUtcNow().ToUnixTimeMilliseconds() - kept.RetainedAt));
                var retainedAt = time.GetTimestamp() - (long)(age.TotalSeconds * time.TimestampFrequency);
                _states.Add(
                    new TaskId(kept.Topic, kept.Partition),
                    new RetainedState(stores, kept.Commit, kept.NextChangelogOffset, new ChangelogGrowth(kept.GrowthBytes, kept.GrowthRecords), retainedAt));
                _bytes += stores.BytesInMemory;
            }
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
        _bytes -= state.Stores.BytesInMemory;
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
