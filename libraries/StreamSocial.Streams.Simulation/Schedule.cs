using Microsoft.Extensions.Time.Testing;
using StreamSocial.Streams.Simulation.Brokers;
using StreamSocial.Streams.Simulation.Replicas;
using StreamSocial.Streams.Simulation.Workload;

namespace StreamSocial.Streams.Simulation;

/// <summary>
/// One run of a group, determined by a seed: some hundred steps with faults among them; then all faults are healed, all input is processed, and
/// the result is compared with the reference.
/// </summary>
internal sealed class Schedule
{
    private const int Replicas = 3;
    private const int MaxNesting = 3;
    private const int MaxRounds = 4_000;

    private static readonly ProcessStep[] Steps =
    [
        ProcessStep.Consume, ProcessStep.Consume, ProcessStep.Consume, ProcessStep.Send, ProcessStep.Send, ProcessStep.Advance, ProcessStep.Advance,
        ProcessStep.Commit, ProcessStep.Restore, ProcessStep.Restore, ProcessStep.Poll, ProcessStep.Poll, ProcessStep.Deliver, ProcessStep.Deliver,
        ProcessStep.Acknowledge, ProcessStep.Acknowledge,
    ];

    private readonly SimulationContext _context;
    private readonly SimulationRandom _random;
    private readonly SimulatedIngest[] _ingests;
    private readonly SimulatedProcess[] _processes = new SimulatedProcess[Replicas];
    private readonly int[] _starts = new int[Replicas];
    private readonly int _steps;
    private int _nesting;

    public Schedule(ulong seed, Mutant mutant, SimulationCounters counters, List<string>? history)
    {
        _random = new SimulationRandom(seed);
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        var topics = new SimulatedTopics(2 + _random.Below(2), 2 + _random.Below(2));
        var brokers = new SimulatedBrokers(topics.Tasks, transactions: !_random.OneIn(3), time, _random, mutant);
        var options = new StreamsOptions
        {
            CheckpointInterval = TimeSpan.FromMilliseconds(300), FullCopyAfterRecords = 4, FullCopyMaxBytes = _random.Below(800), HandoverBudget = TimeSpan.FromMilliseconds(200), StopBudget = TimeSpan.FromSeconds(2),
        };
        _context = new SimulationContext(brokers, topics, time, _random, options, counters) { History = history, Wait = Wait, BrokersDie = _random.OneIn(3) };
        _ingests = [new SimulatedIngest("ingest-a", brokers, topics, _random), new SimulatedIngest("ingest-b", brokers, topics, _random)];
        // Longer without transactions, so that changelogs reach their bound.
        _steps = (brokers.HasTransactions ? 400 : 1_500) + _random.Below(400);
        for (var i = 0; i < Replicas; i++)
            Start(i);
    }

    public SimulationContext SimulationContext => _context;

    /// <summary>Runs it to its end.</summary>
    /// <exception cref="SimulationException">A guarantee was violated.</exception>
    public void Run()
    {
        for (var step = 0; step < _steps; step++)
            Step();
        _context.IsHealing = true;
        Heal();
        Drain("after everything was healed");
        var check = new InvariantCheck(_context, _ingests);
        check.Run(_processes.SelectMany(process => process.Tasks));
        StartCold();
        check.Run(_processes.SelectMany(process => process.Tasks));
        _context.Counters.Rebalances += _context.Brokers.Group.Rebalances;
        _context.Counters.TornTransactions += _context.Brokers.Transactions.Torn;
        _context.Counters.DuplicatesDropped += _context.Audit.DuplicatesDropped;
        _context.Counters.Checkpoints += _processes.Sum(process => process.Environment.Totals.Checkpoints);
    }

    private void Step()
    {
        _context.Counters.Steps++;
        _context.Time.Advance(TimeSpan.FromMilliseconds(_random.Below(12)));
        switch (_random.Below(20))
        {
            case 0:
                InjectFault();
                break;
            case 1 or 2:
                Ingest();
                break;
            case 3:
                _context.Brokers.Step();
                _context.Brokers.Transactions.Expire();
                break;
            default:
                Work(_random.Pick(_processes));
                break;
        }
    }

    private void Work(SimulatedProcess process)
    {
        var step = _random.Pick(Steps);
        // Records that a frozen process has sent may still arrive.
        if (process.CanRun || (!process.IsDead && step == ProcessStep.Deliver && _random.OneIn(4)))
            process.Step(step);
    }

    private void Ingest()
    {
        var ingest = _random.Pick(_ingests);
        if (_random.OneIn(3))
            ingest.Write();
        else if (ingest.Sender.HasSending)
            ingest.Sender.Deliver();
        else if (ingest.Sender.HasArrived)
            ingest.Sender.Acknowledge();
    }

    private void InjectFault()
    {
        var index = _random.Below(Replicas);
        var process = _processes[index];
        switch (_random.Below(10))
        {
            case 0 or 1 when !process.IsDead:
                Note(process, "dies");
                _context.Counters.Crashes++;
                process.Crash();
                break;
            case 2 when process.CanRun:
                Note(process, "freezes");
                process.IsFrozen = true;
                break;
            case 3 when process.IsFrozen:
                Note(process, "goes on");
                process.IsFrozen = false;
                break;
            case 4 or 5:
                Evict(process);
                break;
            case 6:
                _context.Note("group", "rebalances");
                _context.Brokers.Group.Rebalance();
                break;
            case 7 when process.CanRun:
                Note(process, "stops");
                process.Member.Leave();
                break;
            case 8 when _random.OneIn(4):
                _context.Note("ingest", "restarts");
                _random.Pick(_ingests).Restart();
                break;
            case 9 when _random.OneIn(4):
                _context.Note("time", "passes");
                _context.Time.Advance(TimeSpan.FromSeconds(11));
                _context.Brokers.Transactions.Expire();
                break;
        }
        if (process.IsDead || process.HasLeft)
            Replace(index);
    }

    /// <summary>Ends the session of a process; unless it is dead it goes on working.</summary>
    private void Evict(SimulatedProcess process)
    {
        if (!process.Member.IsJoined || !_context.Brokers.Group.Has(process.Member.MemberId))
            return;
        Note(process, "is put out");
        if (!process.IsDead)
            _context.Counters.Zombies++;
        _context.Brokers.Group.Remove(process.Member.MemberId);
    }

    private void Replace(int index)
    {
        if (!_context.IsHealing && !_random.OneIn(3))
            return;
        Evict(_processes[index]);
        _context.Counters.Checkpoints += _processes[index].Environment.Totals.Checkpoints;
        Start(index);
        Note(_processes[index], "starts");
    }

    private void Start(int index) => _processes[index] = new SimulatedProcess($"m{index + 1}", ++_starts[index], _context);

    /// <summary>Runs other steps while a call of a process is in progress.</summary>
    private void Wait(SimulatedProcess process)
    {
        if (!_context.IsHealing && _nesting < MaxNesting)
        {
            _nesting++;
            for (var steps = _random.OneIn(8) ? _random.Below(60) : _random.Below(4); steps > 0 && !process.IsDead; steps--)
                Step();
            for (var steps = 0; process.IsFrozen && !process.IsDead; steps++)
            {
                if (steps > 100)
                    process.IsFrozen = false;
                Step();
            }
            _nesting--;
        }
        if (process.IsDead)
            throw new SimulatedCrashException();
    }

    private void Heal()
    {
        _context.Note("all", "is healed");
        foreach (var process in _processes)
            process.IsFrozen = false;
        _context.Brokers.DeliverAll();
        for (var index = 0; index < Replicas; index++)
        {
            if (_processes[index].IsDead)
                Replace(index);
        }
    }

    private void Drain(string phase)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            Turn();
            for (var index = 0; index < Replicas; index++)
            {
                if (_processes[index].HasLeft)
                    Replace(index);
            }
            if (_context.Brokers.Group.IsBalanced && !_context.Brokers.HasWork && Array.TrueForAll(_processes, process => process.Member.IsJoined && process.IsIdle)
                && Array.TrueForAll(_ingests, ingest => ingest.IsIdle))
                return;
        }
        throw new SimulationException($"The group does not come to rest {phase}.");
    }

    /// <summary>Runs every step of every process once.</summary>
    private void Turn()
    {
        _context.Counters.Steps++;
        _context.Time.Advance(TimeSpan.FromMilliseconds(60));
        foreach (var ingest in _ingests)
            ingest.Work();
        _context.Brokers.Step();
        _context.Brokers.Transactions.Expire();
        foreach (var process in _processes)
        {
            foreach (var step in Enum.GetValues<ProcessStep>())
                process.Step(step);
        }
    }

    /// <summary>Stops all processes gracefully and starts new ones, which restore everything from the changelogs.</summary>
    private void StartCold()
    {
        _context.Note("all", "stop");
        foreach (var process in _processes)
            process.Member.Leave();
        for (var round = 0; !Array.TrueForAll(_processes, process => process.HasLeft); round++)
        {
            if (round > MaxRounds)
                throw new SimulationException("The group does not stop.");
            Turn();
        }
        _context.Brokers.DeliverAll();
        _context.Brokers.CompactAll();
        for (var index = 0; index < Replicas; index++)
            Replace(index);
        Drain("after a cold start");
    }

    private void Note(SimulatedProcess process, string what) => _context.Note(process.Name, what);
}
