using System.Collections.Immutable;
using StreamSocial.Kafka.Lag;
using StreamSocial.Scaling.Lab.Loads;
using StreamSocial.Scaling.Signals;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Scaling.Lab.Model;

/// <summary>
/// A group of feed generators under a load, in steps of half a second. Replicas take time to start; when one joins or leaves, the partitions that move pause and are
/// restored; what a stage processes fills the next one. It shows itself to an autoscaler as the real group does, in <see cref="GroupReading"/>s.
/// </summary>
/// <remarks>Not modelled: replicas that share a machine or wait for brokers, failures, cold code, and a leader that moves.</remarks>
public sealed class GroupModel
{
    /// <summary>Length of a step; members report as often (<c>Streams:ReportInterval</c>).</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);

    private static readonly double TickSeconds = Tick.TotalSeconds;
    private static readonly TimeSpan MemberTimeout = TimeSpan.FromSeconds(10);

    private readonly Calibration _calibration;
    private readonly LoadTrace _load;
    private readonly int _maximum;
    private readonly double[] _costs;
    private readonly PartitionModel[][] _partitions;
    private readonly double[] _derived;
    private readonly List<MemberModel> _members = [];
    private readonly List<int> _readyAt = [];
    private readonly LogEndHistory _logEnds = new();
    private int _started;
    private int _tick;

    /// <param name="calibration">What it is calibrated on.</param>
    /// <param name="load">What arrives. A topic that the load has is not filled by the group in addition.</param>
    /// <param name="replicas">Replicas at the beginning, settled.</param>
    /// <param name="maximum">Most replicas that the orchestrator allows.</param>
    public GroupModel(Calibration calibration, LoadTrace load, int replicas, int maximum)
    {
        (_calibration, _load, _maximum) = (calibration, load, maximum);
        _costs = [.. calibration.Stages.Select(stage => 1 / stage.RecordsPerSecond)];
        // Partitions get their first record at different times, as keys do.
        _partitions = [.. calibration.Stages.Select((stage, index) => Enumerable.Range(0, stage.Partitions).Select(partition => new PartitionModel(index, (double)partition / stage.Partitions)).ToArray())];
        _derived = new double[calibration.Stages.Length];
        Upstream = calibration.Stages.Where(stage => stage.FedBy is not null).ToImmutableDictionary(stage => stage.Topic, stage => ImmutableArray.Create(stage.FedBy!));
        Desired = replicas;
        for (var replica = 0; replica < replicas; replica++)
            _members.Add(NewMember());
        Rebalance();
        Rebalances = 0;
        foreach (var partition in Partitions)
            partition.PausedUntil = 0;
    }

    /// <summary>By topic, the topic whose processing fills it.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> Upstream { get; }

    /// <summary>Replicas as asked for last.</summary>
    public int Desired { get; private set; }

    /// <summary>Replicas that run, those that are still starting too: what is paid for.</summary>
    public int Running => _members.Count + _readyAt.Count;

    /// <summary>Replicas that are in the group.</summary>
    public int Joined => _members.Count;

    /// <summary>Times that the group was assigned anew.</summary>
    public int Rebalances { get; private set; }

    /// <summary>Time since the beginning.</summary>
    public TimeSpan Elapsed => _tick * Tick;

    /// <summary>The moment.</summary>
    public DateTimeOffset Now => DateTimeOffset.UnixEpoch.AddDays(20_000) + Elapsed;

    /// <summary>The orchestrator's view.</summary>
    public ScaleSignal Scale => new(Desired, Running, 1, _maximum);

    /// <summary>Age of the oldest waiting record of all partitions.</summary>
    public TimeSpan OldestAge
    {
        get
        {
            var oldest = _tick;
            foreach (var stage in _partitions)
            {
                foreach (var partition in stage)
                    oldest = Math.Min(oldest, partition.OldestTick ?? _tick);
            }
            return (_tick - oldest) * Tick;
        }
    }

    internal IEnumerable<PartitionModel> Partitions => _partitions.SelectMany(stage => stage);

    /// <summary>Asks for a number of replicas.</summary>
    public void Resize(int replicas)
    {
        Desired = replicas;
        while (Running > Desired && _readyAt.Count > 0)
            _readyAt.RemoveAt(_readyAt.Count - 1);
        if (_members.Count <= Desired)
            return;
        // The youngest go, as the orchestrator does it.
        _members.RemoveRange(Desired, _members.Count - Desired);
        Rebalance();
    }

    /// <summary>Lets half a second pass: starts, arrivals, processing.</summary>
    public void Advance()
    {
        StartReplicas();
        Arrive();
        foreach (var partition in Partitions)
            partition.Report();
        foreach (var member in _members)
            member.Process(TickSeconds, _tick, _costs, _calibration.Lanes, Derive);
        _tick++;
    }

    /// <summary>Reads the group as the autoscaler's reader would.</summary>
    public GroupReading Read() => _logEnds.Add(GroupReading.Create(
        Now,
        _calibration.Stages.Select((stage, index) => new TopicLogEnds(stage.Topic, [.. _partitions[index].Select(partition => (long?)partition.LogEnd)])),
        [.. _members.Select(member => member.Report(Now, _tick, TickSeconds, _calibration))],
        MemberTimeout));

    private void StartReplicas()
    {
        var joined = _readyAt.RemoveAll(ready => ready <= _tick);
        for (var i = 0; i < joined; i++)
            _members.Add(NewMember());
        if (joined > 0)
            Rebalance();
        while (Running < Desired && _readyAt.Count < _calibration.StartsAtOnce)
            _readyAt.Add(_tick + Ticks(_calibration.StartDelay.TotalSeconds));
    }

    private MemberModel NewMember() => new($"replica-{++_started}", Now, _partitions.Length);

    private void Arrive()
    {
        var second = (int)Elapsed.TotalSeconds;
        foreach (var (index, stage) in _calibration.Stages.Index())
        {
            var partitions = _partitions[index];
            if (_load.Find(stage.Topic) is { } arrivals)
            {
                for (var partition = 0; partition < partitions.Length; partition++)
                    partitions[partition].Append(arrivals.At(second, partition) * TickSeconds, _tick);
            }
            else if (_derived[index] > 0)
            {
                foreach (var partition in partitions)
                    partition.Append(_derived[index] / partitions.Length, _tick);
            }
            _derived[index] = 0;
        }
    }

    /// <summary>What was processed leads to records of the next stages, which arrive with the next step.</summary>
    private void Derive(int stage, long records)
    {
        for (var next = stage + 1; next < _derived.Length; next++)
        {
            if (_calibration.Stages[next].FedBy == _calibration.Stages[stage].Topic)
                _derived[next] += records * _calibration.Stages[next].RecordsPerSourceRecord;
        }
    }

    private void Rebalance()
    {
        Rebalances++;
        var owners = new Dictionary<PartitionModel, int>(ReferenceEqualityComparer.Instance);
        foreach (var (index, member) in _members.Index())
        {
            foreach (var (_, partition) in member.Owned)
                owners[partition] = index;
            member.Owned.Clear();
        }
        var restoring = new int[_members.Count];
        foreach (var (index, partitions) in _partitions.Index())
        {
            int[] before = [.. partitions.Select(partition => owners.GetValueOrDefault(partition, PartitionAssignment.None))];
            var after = PartitionAssignment.Balance(before, _members.Count, first: index);
            for (var partition = 0; partition < partitions.Length; partition++)
            {
                var owner = after[partition];
                _members[owner].Owned.Add((partition, partitions[partition]));
                if (before[partition] != owner)
                    partitions[partition].PausedUntil = _tick + Ticks(PauseOf(++restoring[owner]));
            }
        }
    }

    /// <summary>Seconds that the n-th partition that comes to a member is paused.</summary>
    private double PauseOf(int n) => _calibration.MovePause.TotalSeconds + (n * _calibration.StateBytesPerPartition / _calibration.RestoreBytesPerSecond);

    private static int Ticks(double seconds) => (int)Math.Ceiling(seconds / TickSeconds);
}
