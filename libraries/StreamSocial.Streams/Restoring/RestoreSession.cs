using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Restoring;

/// <summary>The restore of one task.</summary>
internal sealed class RestoreSession(StreamTask task)
{
    public StreamTask Task => task;

    public ChangelogReplay Replay { get; } = new(task.Id.ToString(), task.Stores);

    /// <summary>The group's committed offset of the input; -1 when there is none.</summary>
    public long ExpectedOffset { get; set; } = -1;

    /// <summary>When reading began, as a timestamp of the restorer's clock.</summary>
    public long OpenedAt { get; set; }

    /// <summary>Takes the replayed state into the task, after proof that it is what was checkpointed.</summary>
    /// <exception cref="StateChecksumException">It is not.</exception>
    public void Complete()
    {
        Replay.Verify();
        if (Replay.Commit is { } commit)
        {
            task.Checkpoint = commit.Checkpoint;
            task.CommittedOffset = commit.NextOffset;
        }
        task.ChangelogGrowth.Add(Replay.Bytes, Replay.Records);
    }
}
