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
