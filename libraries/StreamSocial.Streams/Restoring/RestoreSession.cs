using Confluent.Kafka;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Restoring;

/// <summary>The restore of one task: from the beginning of its changelog, or from the end of its retained state.</summary>
internal sealed class RestoreSession(StreamTask task)
{
    private long _nextChangelogOffset;

    public StreamTask Task => task;

    public ChangelogReplay Replay { get; private set; } = new(task.Id.ToString(), task.Stores, task.Retained?.Commit);

    /// <summary>Whether it continues from a retained state.</summary>
    public bool UsesRetainedState { get; private set; } = task.Retained is not null;

    /// <summary>Where reading begins.</summary>
    public Offset From => UsesRetainedState ? new Offset(task.Retained!.NextChangelogOffset) : Offset.Beginning;

    /// <summary>The group's committed offset of the input; -1 when there is none.</summary>
    public long ExpectedOffset { get; private set; } = -1;

    /// <summary>When the end was reached and the expected state was missing, as a timestamp of the restorer's clock; null before that.</summary>
    public long? MissingSince { get; private set; }

    /// <summary>The group's committed offset of the input is known; -1: there is none.</summary>
    public void OnCommittedOffset(long offset) => ExpectedOffset = offset;

    /// <summary>The end of the changelog was reached and the expected state is missing.</summary>
    public void OnStateMissing(long timestamp) => MissingSince ??= timestamp;

    /// <summary>Takes the next record, or the end of the partition.</summary>
    /// <param name="protocol">Decides where the changelog ends.</param>
    /// <param name="record">The next record; null at the end of the partition.</param>
    /// <param name="offset">The record's offset, or the partition's end.</param>
    public RestoreStep Take(IRestoreProtocol protocol, ConsumeResult<byte[]?, byte[]?>? record, long offset)
    {
        lock (task.Gate)
        {
            // Another task may already use the stores of a closed one.
            if (task.State != TaskState.Restoring)
                return RestoreStep.Unwanted;
            if (UsesRetainedState && Replay.Records == 0 && !(record is null ? offset >= From.Value : protocol.CanContinue(this, offset)))
                return StartOver();
            if (record is not null)
                Replay.Read(record);
        }
        if (!protocol.IsComplete(this, offset, endOfPartition: record is null))
            return RestoreStep.More;
        lock (task.Gate)
        {
            if (task.State != TaskState.Restoring)
                return RestoreStep.Unwanted;
            // A retained state does not know the keys that its changelog holds, which are to be dropped.
            if (UsesRetainedState && (Replay.Reset is { DropState: true } || !Replay.Apply()))
                return StartOver();
        }
        _nextChangelogOffset = record is null ? offset : offset + 1;
        return RestoreStep.Done;
    }

    /// <summary>Verifies the replayed state against the checkpoint and hands it to the task.</summary>
    /// <exception cref="StateChecksumException">They differ.</exception>
    public void Complete()
    {
        lock (task.Gate)
        {
            if (task.State != TaskState.Restoring)
                return;
            Replay.ApplyAndVerify();
        }
        task.OnRestored(Replay, _nextChangelogOffset);
    }

    private RestoreStep StartOver()
    {
        task.Stores.Clear();
        Replay = new ChangelogReplay(task.Id.ToString(), task.Stores);
        UsesRetainedState = false;
        return RestoreStep.StartOver;
    }
}

/// <summary>What to do with a restore after a record.</summary>
internal enum RestoreStep
{
    /// <summary>Read on.</summary>
    More,

    /// <summary>The retained state cannot be continued: read again from the session's position, which is now the beginning.</summary>
    StartOver,

    /// <summary>The task was closed meanwhile.</summary>
    Unwanted,

    /// <summary>Everything is read.</summary>
    Done,
}

/// <summary>How a new owner makes sure that no other owner's writes follow what it restores, and how it recognises the end.</summary>
internal interface IRestoreProtocol
{
    /// <summary>Prepares a session; <see cref="TakeOpened"/> returns it when its changelog can be read.</summary>
    void Open(RestoreSession session);

    /// <summary>Adds the sessions whose changelogs can be read. Called on the restorer's thread; may wait for brokers.</summary>
    void TakeOpened(List<RestoreSession> sessions);

    /// <summary>Whether there is nothing to read at all.</summary>
    bool IsEmpty(RestoreSession session);

    /// <summary>Whether a retained state can be continued with the first record read after its end, which is at <paramref name="offset"/>.</summary>
    bool CanContinue(RestoreSession session, long offset);

    /// <summary>Whether the session is complete after the record or the end of the partition at <paramref name="offset"/>.</summary>
    bool IsComplete(RestoreSession session, long offset, bool endOfPartition);

    /// <summary>Called repeatedly while a session reads: the end of a partition is reported only once, and what is missing then may never come.</summary>
    /// <exception cref="StateMissingException">The changelog lacks the state that the group's offsets prove.</exception>
    void CheckWaiting(RestoreSession session);
}
