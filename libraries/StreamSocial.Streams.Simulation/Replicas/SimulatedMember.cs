using StreamSocial.Streams.Consuming;
using StreamSocial.Streams.Rebalancing;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.Simulation.Brokers;
using StreamSocial.Streams.Simulation.Workload;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Simulation.Replicas;

/// <summary>A process's membership in the group: handles assigned, revoked and lost partitions.</summary>
internal sealed class SimulatedMember(string process, SimulationContext context, TaskEnvironment environment, LaneTasks lane, SimulatedRestorer restorer)
{
    private readonly Dictionary<TaskId, StreamTask> _tasks = [];
    private readonly SimulatedGroup _group = context.Brokers.Group;
    private readonly TransientFaults _faults = new(context.Random, context.Mutant);
    private readonly WarmUps _warmUps = new(restorer.Follow);

    /// <summary>Failed tasks that wait for their next run.</summary>
    private readonly List<StreamTask> _failed = [];
    private Phase _phase = Phase.Outside;
    private Task<int>? _closing;
    private Task<int>? _lastCheckpoints;
    private List<TaskId> _givingBack = [];
    private string _memberId = "";
    private bool _leaves;
    private int _joins;
    private long _epoch;

    private enum Phase
    {
        Outside,
        Member,

        /// <summary>The client knows that it was evicted; the tasks do not yet.</summary>
        Evicted,
        Left,
    }

    public IEnumerable<StreamTask> Tasks => _tasks.Values;

    /// <summary>What the client would send to the group's coordinator.</summary>
    public GroupView View { get; private set; } = GroupView.None;

    /// <summary>Whether it is a member as far as it knows.</summary>
    public bool IsJoined => _phase == Phase.Member;

    public bool HasLeft => _phase == Phase.Left;

    public string MemberId => _memberId;

    /// <summary>Stops gracefully.</summary>
    public void Leave() => _leaves = true;

    /// <summary>A task stopped alone; another run begins after a while.</summary>
    public void OnFailed(StreamTask task)
    {
        if (task.Failure is { Entry: null } failure)
            throw new SimulationException($"Task {task.Id} failed, and no entry is the cause: {failure.Error}");
        if (context.IsRecording)
            context.Note(process, $"{task.Id} fails: {task.Failure!.Reason}");
        context.Counters.FailedTasks++;
        _failed.Add(task);
    }

    public void Poll()
    {
        RunFailedAgain();
        if (_lastCheckpoints is not null)
            FinishLastCheckpoints();
        else if (_closing is not null)
            FinishClosing();
        else if (_phase == Phase.Evicted)
            LoseEventually();
        else if (_leaves && _phase != Phase.Left)
            BeginClosing([.. _tasks.Keys], context.Options.StopBudget);
        else if (_phase == Phase.Outside)
            Join();
        else if (_phase == Phase.Member)
            Heartbeat();
    }

    private void RunFailedAgain()
    {
        _failed.RemoveAll(task => _tasks.GetValueOrDefault(task.Id) != task || ((_closing ?? _lastCheckpoints) is not null && _givingBack.Contains(task.Id)));
        if (_failed.Count == 0 || _phase != Phase.Member || context.Random.OneIn(2))
            return;
        var failed = context.Random.Pick(_failed);
        _failed.Remove(failed);
        var task = new StreamTask(failed.Id, context.Topics.StageOf(failed.Id, _faults), failed.Epoch, environment, lastFailure: failed.Failure!.Entry);
        _tasks[task.Id] = task;
        restorer.Open(new RestoreSession(task));
    }

    private void Join()
    {
        _memberId = $"{process}#{++_joins}";
        View = _group.Join(_memberId);
        _phase = Phase.Member;
        if (context.IsRecording)
            context.Note(process, $"joins as {_memberId}");
    }

    private void Heartbeat()
    {
        if (_group.Heartbeat(_memberId) is not var (view, revoked, assigned))
        {
            OnEvicted();
            return;
        }
        View = view;
        foreach (var id in assigned)
        {
            var session = _warmUps.Take(id) ?? new RestoreSession(Create(id));
            session.Task.OnAssigned(++_epoch);
            _tasks.Add(id, session.Task);
            restorer.Open(session);
        }
        if (context.Random.OneIn(3))
            _warmUps.Follow(Expected.Where(id => !_tasks.ContainsKey(id)).ToHashSet(), Create);
        if (context.IsRecording && assigned.Count > 0)
            context.Note(process, $"gets {string.Join(' ', assigned)}");
        if (revoked.Count > 0)
            BeginLastCheckpoints(revoked);
    }

    /// <summary>What it prepares: what it is meant to have, or, on brokers that do not say what that is, whatever others may give back.</summary>
    private IEnumerable<TaskId> Expected => context.Brokers.HasTransactions ? _group.TargetOf(_memberId) : context.Topics.Tasks.Where(_ => context.Random.OneIn(2));

    private StreamTask Create(TaskId id) => new(id, context.Topics.StageOf(id, _faults), epoch: 0, environment, environment.RetainedStates!.Take(id));

    private void OnEvicted()
    {
        if (context.IsRecording)
            context.Note(process, "learns that it was evicted");
        _phase = Phase.Evicted;
        // A client of the classic protocol forgets its id at once; one of KIP-848 keeps it.
        View = context.Random.OneIn(2) ? GroupView.None : View with { Epoch = -1 };
    }

    /// <summary>The client reports the loss to its owner a little later.</summary>
    private void LoseEventually()
    {
        if (context.Random.OneIn(3))
            Lose();
    }

    private void Lose()
    {
        if (context.IsRecording)
            context.Note(process, $"loses {string.Join(' ', _tasks.Keys)}");
        lane.Discard([.. _tasks.Values]);
        _tasks.Clear();
        _warmUps.Follow(new HashSet<TaskId>(), Create);
        _phase = _leaves ? Phase.Left : Phase.Outside;
    }

    private void BeginLastCheckpoints(List<TaskId> ids)
    {
        var done = new TaskCompletionSource<int>();
        _givingBack = ids;
        _lastCheckpoints = done.Task;
        lane.BeginLastCheckpoints([.. ids.Select(id => _tasks[id])], context.Time.GetTimestamp() + context.Options.HandoverBudget.Ticks, done);
    }

    private void FinishLastCheckpoints()
    {
        if (!_lastCheckpoints!.IsCompleted)
        {
            ObserveEviction();
            return;
        }
        _lastCheckpoints = null;
        BeginClosing(_givingBack, TimeSpan.Zero);
    }

    private void BeginClosing(List<TaskId> ids, TimeSpan budget)
    {
        if (context.IsRecording)
            context.Note(process, $"gives back {string.Join(' ', ids)}");
        var done = new TaskCompletionSource<int>();
        _givingBack = ids;
        _closing = done.Task;
        lane.BeginClosing([.. ids.Select(id => _tasks[id])], context.Time.GetTimestamp() + budget.Ticks, done);
    }

    private void FinishClosing()
    {
        if (!_closing!.IsCompleted)
        {
            ObserveEviction();
            return;
        }
        if (context.IsRecording)
            context.Note(process, $"gave back {string.Join(' ', _givingBack)}, {_closing.Result} with a last checkpoint");
        foreach (var id in _givingBack)
            _tasks.Remove(id);
        _closing = null;
        if (!_leaves)
        {
            _group.GiveBack(_memberId, _givingBack);
            return;
        }
        if (_tasks.Count > 0)
            return;
        _group.Remove(_memberId);
        View = GroupView.None;
        _phase = Phase.Left;
    }

    /// <summary>Heartbeats go on in the background.</summary>
    private void ObserveEviction()
    {
        if (_phase == Phase.Member && !_group.Has(_memberId))
            View = GroupView.None;
    }
}
