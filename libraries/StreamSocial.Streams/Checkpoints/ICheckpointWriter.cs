using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Checkpoints;

/// <summary>Makes captured checkpoints durable.</summary>
internal interface ICheckpointWriter
{
    /// <summary>Begins to write a task's capture, whose outputs are acknowledged. Returns at once.</summary>
    void Write(StreamTask task, TaskCapture capture);

    /// <summary>Whether a capture given to <see cref="Write"/> is durable.</summary>
    bool IsDurable(TaskCapture capture);
}
