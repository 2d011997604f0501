using Confluent.Kafka;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Restoring;

/// <summary>The restore of one task: from the beginning of its changelog, or from where the state that was kept ends.</summary>
internal sealed class RestoreSession(StreamTask task)
{
    private long _nextChangelogOffset;

    public StreamTask Task => task;

    public ChangelogReplay Replay { get; private set; } = new(task.Id.ToString(), task.Stores, task.Warm?.Commit);

    /// <summary>Whether it continues from a state that was kept.</summary>
    public bool IsWarm { get; private set; } = task.Warm is not null;

    /// <summary>Where reading begins.</summary>
    public Offset From => IsWarm ? new Offset(task.Warm!.NextChangelogOffset) : Offset.Beginning;

    /// <summary>The group's committed offset of the input; -1 when there is none.</summary>
    public long ExpectedOffset { get; set; } = -1;

    /// <summary>When all was read and something was found missing, as a timestamp of the restorer's clock; null before that.</summary>
    public long? MissingSince { get; set; }

    /// <summary>Takes what reading brought.</summary>
    /// <param name="protocol">Knows the end.</param>
    /// <param name="record">The next record; null at the end of the partition.</param>
    /// <param name="offset">The record's offset, or the partition's end.</param>
    public RestoreStep Take(IRestoreProtocol protocol, ConsumeResult<byte[]?, byte[]?>? record, long offset)
    {
        lock (task.Gate)
        {
            // The stores of a closed task may be another one's already.
            if (task.State.Current != TaskState.Restoring)
                return RestoreStep.Unwanted;
            if (IsWarm && Replay.Records == 0 && !(record is null ? offset >= From.Value : protocol.CanContinue(this, offset)))
                return StartOver();
            if (record is not null)
                Replay.Read(record);
        }
        if (!protocol.IsComplete(this, offset, endOfPartition: record is null))
            return RestoreStep.More;
        lock (task.Gate)
        {
            if (task.State.Current != TaskState.Restoring)
                return RestoreStep.Unwanted;
            if (!Replay.Apply() && IsWarm)
                return StartOver();
        }
        _nextChangelogOffset = record is null ? offset : offset + 1;
        return RestoreStep.Done;
    }

    /// <summary>Takes the replayed state into the task, after proof that it is what was checkpointed.</summary>
    /// <exception cref="StateChecksumException">It is not.</exception>
    public void Complete()
    {
        lock (task.Gate)
        {
            if (task.State.Current != TaskState.Restoring)
                return;
            Replay.ApplyAndVerify();
        }
        if (Replay.Commit is { } commit)
        {
            task.Checkpoint = commit.Checkpoint;
            task.CommittedOffset = commit.NextOffset;
        }
        task.NextChangelogOffset = Math.Max(_nextChangelogOffset, task.Claim + 1);
        task.ChangelogGrowth.Add(Replay.Bytes, Replay.Records);
    }

    private RestoreStep StartOver()
    {
        task.Stores.Clear();
        Replay = new ChangelogReplay(task.Id.ToString(), task.Stores);
        IsWarm = false;
        return RestoreStep.StartOver;
    }
}

/// <summary>What to do with a restore after a record.</summary>
internal enum RestoreStep
{
    /// <summary>Read on.</summary>
    More,

    /// <summary>The state that was kept cannot be continued: read from the session's position again, which is the beginning now.</summary>
    StartOver,

    /// <summary>The task was closed meanwhile.</summary>
    Unwanted,

    /// <summary>All is read.</summary>
    Done,
}

/// <summary>How a new owner makes sure that nobody else's writes come after what it restores, and how it knows the end.</summary>
internal interface IRestoreProtocol
{
    /// <summary>Begins with a task; <see cref="TakeOpened"/> hands it out when its changelog can be read.</summary>
    void Open(RestoreSession session);

    /// <summary>Adds the sessions whose changelogs can be read. Called on the restorer's thread; may wait for brokers.</summary>
    void TakeOpened(List<RestoreSession> sessions);

    /// <summary>Whether there is nothing to read at all.</summary>
    bool IsEmpty(RestoreSession session);

    /// <summary>Whether a state that was kept can be continued with the first record, at <paramref name="offset"/>, that reading from its end brought.</summary>
    bool CanContinue(RestoreSession session, long offset);

    /// <summary>Whether the session has read all, after the record or the end of the partition at <paramref name="offset"/>.</summary>
    bool IsComplete(RestoreSession session, long offset, bool endOfPartition);

    /// <summary>Called from time to time while a session reads: the end of a partition is told only once, and what is missing behind it may never come.</summary>
    /// <exception cref="StateMissingException">The state that the group's offsets say exists is not in the changelog.</exception>
    void CheckWaiting(RestoreSession session);
}
