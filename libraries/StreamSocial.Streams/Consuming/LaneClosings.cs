using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Consuming;

/// <summary>
/// The tasks that leave a lane, in the order that keeps what they did: their last checkpoints are written while they go on, and then until they are closed.
/// Called by the lane's thread only.
/// </summary>
/// <param name="checkpoints">The checkpoints of the lane's tasks.</param>
/// <param name="forget">Closes a task; whether all that it did is durable.</param>
/// <param name="time">The clock of the deadlines.</param>
internal sealed class LaneClosings(LaneCheckpoints checkpoints, Action<StreamTask, bool> forget, TimeProvider time)
{
    private readonly List<Leaving> _lastCheckpoints = [];
    private readonly List<Leaving> _closings = [];

    /// <summary>Begins the last checkpoints of tasks that go on until they are closed.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="deadline">Timestamp of the clock at which <paramref name="done"/> is set in any case.</param>
    /// <param name="done">Set to the number of tasks whose last checkpoint is durable.</param>
    public void BeginLastCheckpoints(List<StreamTask> tasks, long deadline, TaskCompletionSource<int> done)
    {
        var pending = tasks.FindAll(checkpoints.BeginLast);
        _lastCheckpoints.Add(new(pending, deadline, done) { Done = tasks.Count - pending.Count });
    }

    /// <summary>Begins to close tasks that do nothing more.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="deadline">Timestamp of the clock after which nothing is waited for but what is being written.</param>
    /// <param name="done">Set to the number of tasks whose last checkpoint is durable, when all are closed.</param>
    public void Begin(List<StreamTask> tasks, long deadline, TaskCompletionSource<int> done) => _closings.Add(new(tasks, deadline, done));

    /// <summary>Closes the tasks that can be, and sets what is waited for.</summary>
    public void Advance()
    {
        _lastCheckpoints.RemoveAll(AdvanceLastCheckpoints);
        _closings.RemoveAll(AdvanceClosing);
    }

    private bool AdvanceLastCheckpoints(Leaving last)
    {
        last.Done += last.Tasks.RemoveAll(checkpoints.IsLastDurable);
        if (last.Tasks.Count > 0 && time.GetTimestamp() < last.Deadline)
            return false;
        last.Checkpointed.SetResult(last.Done);
        return true;
    }

    private bool AdvanceClosing(Leaving closing)
    {
        var expired = time.GetTimestamp() >= closing.Deadline;
        closing.Done += closing.Tasks.RemoveAll(task => checkpoints.AdvanceLast(task) && Forget(task, isDurable: true));
        closing.Tasks.RemoveAll(task => (expired || task.State is TaskState.Failed or TaskState.Closed) && checkpoints.TryAbandon(task) && Forget(task, isDurable: false));
        if (closing.Tasks.Count > 0)
            return false;
        closing.Checkpointed.SetResult(closing.Done);
        return true;
    }

    private bool Forget(StreamTask task, bool isDurable)
    {
        forget(task, isDurable);
        return true;
    }

    /// <summary>Tasks that leave together.</summary>
    /// <param name="Tasks">Those that are still waited for.</param>
    /// <param name="Deadline">Timestamp of the clock.</param>
    /// <param name="Checkpointed">Set to <see cref="Done"/>.</param>
    private sealed record Leaving(List<StreamTask> Tasks, long Deadline, TaskCompletionSource<int> Checkpointed)
    {
        /// <summary>Tasks whose last checkpoint is durable.</summary>
        public int Done { get; set; }
    }
}
