using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Consuming;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.Tasks;
using StreamSocial.Streams.Simulation.Brokers;

namespace StreamSocial.Streams.Simulation.Replicas;

/// <summary>One run of one replica: the runtime's own parts, with each of its threads moved step by step.</summary>
internal sealed class SimulatedProcess
{
    private readonly World _world;
    private readonly LaneTasks _lane;
    private readonly CheckpointQueue? _checkpoints;
    private readonly Dictionary<StreamTask, long> _positions = [];
    private bool _isCommitting;

    public SimulatedProcess(string replica, int start, World world)
    {
        _world = world;
        Name = $"{replica}.{start}";
        Sender = new SimulatedSender(world.Brokers, world.Random);
        Environment = new TaskEnvironment(Name, world.Topics.Layout, Sender, world.Audit, new MemberTotals(), MaxTries: 2, static _ => { }, static _ => { })
        {
            Warm = new WarmStates(world.Options, world.Time),
        };
        ICheckpointWriter writer;
        if (world.Brokers.HasTransactions)
        {
            var transactions = new CheckpointTransactions(
                () => new SimulatedProducer(replica, world.Brokers, world.Random, () => world.Wait(this)), ViewOfGroup, Environment.Totals, NullLogger.Instance);
            writer = _checkpoints = new CheckpointQueue(transactions);
        }
        else
        {
            writer = new ClaimedCheckpointWriter(Sender, Name, static _ => { }, world.Time);
        }
        _lane = new LaneTasks(world.Options, bounded: !world.Brokers.HasTransactions, Environment, writer, world.Time);
        Restorer = new SimulatedRestorer(world, Environment, AddRestored);
        Seat = new SimulatedSeat(Name, world, Environment, _lane, Restorer);
    }

    public string Name { get; }

    public TaskEnvironment Environment { get; }

    public SimulatedSender Sender { get; }

    public SimulatedRestorer Restorer { get; }

    public SimulatedSeat Seat { get; }

    public bool IsDead { get; private set; }

    public bool IsFrozen { get; set; }

    public bool CanRun => !IsDead && !IsFrozen;

    public bool HasLeft => Seat.HasLeft && !_isCommitting;

    public IEnumerable<StreamTask> Tasks => Seat.Tasks;

    /// <summary>Whether all its input is processed, sent, acknowledged and checkpointed.</summary>
    public bool IsIdle => !_lane.HasUnsent && !_lane.HasUnacknowledged && !Sender.HasSending && !Sender.HasArrived && !_isCommitting && Tasks.All(IsAtEnd);

    /// <summary>One step of one of its threads.</summary>
    public void Step(ProcessStep step)
    {
        switch (step)
        {
            case ProcessStep.Consume:
                Consume();
                break;
            case ProcessStep.Send when _lane.HasUnsent:
                _lane.Send();
                break;
            case ProcessStep.Advance:
                _lane.Advance();
                break;
            case ProcessStep.Commit:
                Commit();
                break;
            case ProcessStep.Restore:
                Restorer.Step();
                break;
            case ProcessStep.Poll:
                Seat.Poll();
                break;
            case ProcessStep.Deliver when Sender.HasSending:
                Sender.Deliver();
                break;
            case ProcessStep.Acknowledge when Sender.HasArrived:
                Sender.Acknowledge();
                break;
        }
    }

    public void Crash()
    {
        IsDead = true;
        Sender.Die();
    }

    private GroupView? ViewOfGroup()
    {
        _world.Wait(this);
        var view = Seat.View;
        // Chosen after the view was taken: the world may change between.
        if (_world.Random.OneIn(2))
            _world.Wait(this);
        return view.MemberId.Length > 0 || _world.Mutant == Mutant.NamelessMember ? view : null;
    }

    private void Consume()
    {
        if (_lane.Running.Count == 0)
            return;
        var task = _lane.Running.ElementAt(_world.Random.Below(_lane.Running.Count));
        var log = _world.Brokers.Log(task.Id.Topic, task.Id.Partition);
        var position = _positions[task];
        for (var records = 1 + _world.Random.Below(6); records > 0 && log.Read(ref position) is { } record; records--)
            _lane.Process(record);
        _positions[task] = position;
    }

    private void Commit()
    {
        if (_checkpoints is null || _isCommitting)
            return;
        _isCommitting = true;
        try
        {
            if (!_checkpoints.TryCommit())
                _world.Counters.AbortedTransactions++;
        }
        catch (SimulatedCrash) when (IsDead)
        {
            // The process is gone with all it had; what the brokers have stays.
        }
        finally
        {
            _isCommitting = false;
        }
    }

    private void AddRestored(StreamTask task)
    {
        if (_lane.Add(task) is not { } start)
            return;
        _positions[task] = Math.Max(start.Offset.Value, 0);
        if (_world.IsRecording)
            _world.Note(Name, $"runs {task.Id} from {_positions[task]}, checkpoint {task.Checkpoint}, claim {task.Claim}");
    }

    private bool IsAtEnd(StreamTask task) =>
        task.State.Current == TaskState.Running && !_world.Brokers.Log(task.Id.Topic, task.Id.Partition).HasMore(_positions[task]) && !task.HasUncommittedInput;
}
