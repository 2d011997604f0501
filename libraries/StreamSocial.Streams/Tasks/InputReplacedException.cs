using StreamSocial.Streams.Contracts;

namespace StreamSocial.Streams.Tasks;

/// <summary>The input topic was deleted and made anew since a task's checkpoint, so the checkpoint's position means nothing in it.</summary>
public sealed class InputReplacedException : Exception
{
    internal InputReplacedException(TaskId task, CommitRecord commit, string inputTopicId)
        : base(
            $"Topic {task.Topic} was deleted and made anew since checkpoint {commit.Checkpoint} of this task (its id was {commit.InputTopicId} and is {inputTopicId}). "
            + $"What the old topic held from offset {commit.NextOffset} on was not processed and is gone. 'streamsocial tasks reset' lets the task go on in the new one, "
            + "with --to earliest at its beginning.")
    {
    }
}
