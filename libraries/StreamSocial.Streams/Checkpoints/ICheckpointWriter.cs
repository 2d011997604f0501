using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Checkpoints;

/// <summary>Makes captured checkpoints durable.</summary>
internal interface ICheckpointWriter : IDisposable
{
    /// <summary>Begins to write a task's capture, whose outputs are acknowledged. Returns at once.</summary>
    void Write(StreamTask task, TaskCapture capture);

    /// <summary>Whether a capture given to <see cref="Write"/> is durable. Sets <see cref="TaskCapture.IsRefused"/> when it never will be.</summary>
    bool IsDurable(TaskCapture capture);

    /// <summary>
    /// Whether a task may be let go although its capture is not durable: true when nothing of it can become durable any more, or when a
    /// new owner would not take it for valid. False: wait a little.
    /// </summary>
    bool TryAbandon(TaskCapture capture);
}
