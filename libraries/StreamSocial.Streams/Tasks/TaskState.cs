namespace StreamSocial.Streams.Tasks;

/// <summary>The life cycle of a task in this process.</summary>
/// <remarks>
/// <code>
///  Restoring ──► Running ──► Closing ──► Closed
///      │            │            ▲
///      │            └── lost ────┼──────► Closed
///      └────── revoked or lost ──┴──────► Closed
/// </code>
/// A closing task no longer consumes; its outputs and last checkpoint are under way. A lost task is never checkpointed.
/// </remarks>
internal enum TaskState
{
    Restoring,
    Running,
    Closing,
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
            (TaskState.Restoring, TaskState.Running or TaskState.Closed) => true,
            (TaskState.Running, TaskState.Closing or TaskState.Closed) => true,
            (TaskState.Closing, TaskState.Closed) => true,
            _ => false,
        };
        if (!allowed)
            throw new InvalidOperationException($"A task cannot go from {_current} to {next}.");
        _current = next;
    }
}
