namespace StreamSocial.Streams.Tasks;

/// <summary>The life cycle of a task in this process.</summary>
/// <remarks>
/// <code>
///  Restoring ──► Running ──► Closing ──► Closed
///    │   │        │   │         │  ▲
///    │   │        │   └── lost ─┼──┼───► Closed
///    │   └─ failed┴─── failed ──┴──┼───► Failed ──► Closed
///    └────── revoked or lost ──────┴───► Closed
/// </code>
/// A closing task no longer consumes; its outputs and last checkpoint are under way. A lost or failed task is never checkpointed. A failed task
/// stays in its place until another object of the same partition takes over from the last checkpoint, or the partition leaves.
/// </remarks>
internal enum TaskState
{
    Restoring,
    Running,
    Closing,
    Failed,
    Closed,
}

/// <summary>Enforces the transitions drawn at <see cref="TaskState"/>. One thread at a time writes; any thread reads.</summary>
internal sealed class TaskStateMachine
{
    private volatile TaskState _current = TaskState.Restoring;

    public TaskState Current => _current;

    /// <exception cref="InvalidOperationException">The diagram has no such transition.</exception>
    public void MoveTo(TaskState next)
    {
        var allowed = (_current, next) switch
        {
            (TaskState.Restoring, TaskState.Running or TaskState.Failed or TaskState.Closed) => true,
            (TaskState.Running, TaskState.Closing or TaskState.Failed or TaskState.Closed) => true,
            (TaskState.Closing, TaskState.Failed or TaskState.Closed) => true,
            (TaskState.Failed, TaskState.Closed) => true,
            _ => false,
        };
        if (!allowed)
            throw new InvalidOperationException($"A task cannot go from {_current} to {next}.");
        _current = next;
    }
}
