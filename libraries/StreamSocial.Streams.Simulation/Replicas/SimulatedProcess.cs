using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Consuming;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.Simulation.Brokers;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Simulation.Replicas;

/// <summary>One run of one replica: the runtime's own parts, whose threads are run step by step.</summary>
internal sealed class SimulatedProcess
{
    private const int Producers = 2;

    private readonly SimulationContext _context;
    private readonly LaneTasks _lane;
    private readonly CheckpointQueue? _checkpoints;
    private readonly Dictionary<TaskId, long> _positions = [];

    /// <summary>By task that cannot be read yet: how far it could be read before.</summary>
    private readonly Dictionary<StreamTask, long> _shownBefore = [];

    /// <summary>By transactional producer. While one commits, steps of others run.</summary>
    private readonly bool[] _isCommitting = new bool[Producers];

    public SimulatedProcess(string replica, int start, SimulationContext context)
    {
        _context = context;
        Name = $"{replica}.{start}";
        Sender = new SimulatedSender(context.Brokers, context.Random);
        Environment = new TaskEnvironment(Name, context.Topics.Layout, Sender, MaxTries: 2, static _ => { })
        {
            Audit = context.Audit,
            RetainedStates = new RetainedStateCache(context.Options, context.Time),
        };
        ICheckpointWriter writer;
        if (context.Brokers.HasTransactions)
        {
            var transactions = Enumerable.Range(0, Producers).Select(producer => $"{replica}-{producer}").Select(id => new CheckpointTransactions(
                _ => new SimulatedProducer(id, context.Brokers, context.Random, () => context.Wait(this), () => OnCommitting(id)), ViewOfGroup, Environment, NullLogger.Instance));
            writer = _checkpoints = new CheckpointQueue([.. transactions], context.Time);
        }
        else
        {
            writer = new FencedCheckpointWriter(Sender, Name, static _ => { }, context.Time);
        }
        _lane = new LaneTasks(context.Options, bounded: !context.Brokers.HasTransactions, Environment, writer, task => Member!.OnFailed(task), context.Time) { EndOf = EndOf };
        Restorer = new SimulatedRestorer(context, Environment, AddRestored);
        Member = new SimulatedMember(Name, context, Environment, _lane, Restorer);
    }

    public string Name { get; }

    public TaskEnvironment Environment { get; }

    public SimulatedSender Sender { get; }

    public SimulatedRestorer Restorer { get; }

    public SimulatedMember Member { get; }

    public bool IsDead { get; private set; }

    public bool IsFrozen { get; set; }

    public bool CanRun => !IsDead && !IsFrozen;

    public bool HasLeft => Member.HasLeft && !IsCommitting;

    public IEnumerable<StreamTask> Tasks => Member.Tasks;

    /// <summary>Whether all its input is processed, sent, acknowledged and checkpointed.</summary>
    public bool IsIdle => !_lane.HasUnsent && !_lane.HasUnacknowledged && !Sender.HasSending && !Sender.HasArrived && !IsCommitting && Tasks.All(IsAtEnd);

    private bool IsCommitting => Array.Exists(_isCommitting, isCommitting => isCommitting);

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
                foreach (var starting in _lane.TakeStarting())
                    _positions[TaskId.Of(starting.TopicPartition)] = Math.Max(PositionOf(starting).Value, 0);
                break;
            case ProcessStep.Commit:
                Commit();
                break;
            case ProcessStep.Restore:
                Restorer.Step();
                break;
            case ProcessStep.Poll:
                Member.Poll();
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

    private Confluent.Kafka.Offset PositionOf(Confluent.Kafka.TopicPartitionOffset starting) =>
        _context.Mutant == Mutant.StartsAtTheGroupsOffset ? _context.Brokers.Group.Committed(starting.TopicPartition).Offset : starting.Offset;

    /// <summary>All brokers may die while a transaction is committed, and the members with them; they keep the group's offsets of it and nothing else.</summary>
    private void OnCommitting(string transactionalId)
    {
        if (_context.IsHealing || !_context.BrokersDie || !_context.Random.OneIn(2))
            return;
        _context.Brokers.Transactions.Tear(transactionalId);
        _context.Note(Name, "commits while the brokers die; they keep the offsets without the changes");
        if (_context.Random.OneIn(2))
            return;
        _context.Note(Name, "dies with them");
        _context.Counters.Crashes++;
        Crash();
        throw new SimulatedCrashException();
    }

    private GroupView? ViewOfGroup()
    {
        _context.Wait(this);
        var view = Member.View;
        // The checkpoints are selected after this: other steps may run in between.
        if (_context.Random.OneIn(2))
            _context.Wait(this);
        return view.MemberId.Length > 0 || _context.Mutant == Mutant.NamelessMember ? view : null;
    }

    private void Consume()
    {
        if (_lane.Running.Count == 0)
            return;
        var task = _lane.Running.ElementAt(_context.Random.Below(_lane.Running.Count));
        var log = _context.Brokers.Log(task.Id.Topic, task.Id.Partition);
        if (!_positions.TryGetValue(task.Id, out var position))
            return;
        for (var records = 1 + _context.Random.Below(6); records > 0 && _lane.Running.Contains(task) && log.Read(ref position) is { } record; records--)
            _lane.Process(record);
        if (!log.HasMore(position))
            _lane.ObserveEnd(task.Id.TopicPartition, position);
        _positions[task.Id] = position;
        CheckReadable(task);
    }

    private long EndOf(Confluent.Kafka.TopicPartition partition) => _context.Brokers.Log(partition.Topic, partition.Partition.Value).End;

    /// <summary>What can be read of a task is not older than what could be read before its run began.</summary>
    private void CheckReadable(StreamTask task)
    {
        if (!task.IsCaughtUp)
            return;
        if (_shownBefore.Remove(task, out var shown) && task.NextOffset < shown)
            throw new SimulationException($"Task {task.Id} can be read as of {task.NextOffset}, although {shown} was shown before it began.");
        _context.Shown[task.Id] = Math.Max(_context.Shown.GetValueOrDefault(task.Id), task.NextOffset);
    }

    private void Commit()
    {
        var producer = Array.IndexOf(_isCommitting, false);
        if (_checkpoints is null || producer < 0)
            return;
        _isCommitting[producer] = true;
        try
        {
            if (!_checkpoints.TryCommit(producer))
                _context.Counters.AbortedTransactions++;
        }
        catch (SimulatedCrashException) when (IsDead)
        {
            // The process is gone with its memory; the brokers keep what they have.
        }
        finally
        {
            _isCommitting[producer] = false;
        }
    }

    private void AddRestored(StreamTask task)
    {
        if (task.State != TaskState.Restoring)
            return;
        _positions.Remove(task.Id);
        _shownBefore[task] = _context.Shown.GetValueOrDefault(task.Id);
        _lane.Add(task);
        if (_context.Mutant == Mutant.ReadTooEarly)
            task.ObserveEnd(0);
        CheckReadable(task);
        if (_context.IsRecording)
            _context.Note(Name, $"runs {task.Id} from {task.CommittedOffset}, checkpoint {task.Checkpoint}, fencing record {task.FencingOffset}");
    }

    private bool IsAtEnd(StreamTask task) =>
        _lane.Running.Contains(task) && _positions.TryGetValue(task.Id, out var position) && !_context.Brokers.Log(task.Id.Topic, task.Id.Partition).HasMore(position) && !task.HasUncommittedInput;
}

/// <summary>What a thread of a process, or the network on its side, may do next.</summary>
internal enum ProcessStep
{
    /// <summary>Lane: process some records of one task.</summary>
    Consume,

    /// <summary>Lane: send what tasks emitted.</summary>
    Send,

    /// <summary>Lane: observe acknowledgements, begin and move checkpoints and closings.</summary>
    Advance,

    /// <summary>Checkpoint writer: one transaction, in which anything else may happen.</summary>
    Commit,

    /// <summary>Restorer: open changelogs or read some records of one.</summary>
    Restore,

    /// <summary>Membership: one heartbeat with what follows from it.</summary>
    Poll,

    /// <summary>Network: records arrive at a broker.</summary>
    Deliver,

    /// <summary>Network: acknowledgements come back.</summary>
    Acknowledge,
}
