using StreamSocial.Autoscaler.Actuation;
using StreamSocial.Kafka.Lag;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Unit.Tests.Autoscaler.Policies;

/// <summary>A group of feed generators under load, a second at a time: replicas take time to start, and a change of size pauses what moves.</summary>
internal sealed class SimulatedGroup(double recordsPerReplica, int partitions)
{
    public const int StartSeconds = 5;

    private static readonly DateTimeOffset Start = Snapshots.Now;

    private readonly long[] _ends = new long[partitions];
    private readonly long[] _positions = new long[partitions];
    private int _desired = 1;
    private int _running = 1;
    private int _startsAt = int.MaxValue;
    private int _pausedUntil;
    private double _credit;
    private long _processed;

    public int Second { get; private set; }

    public int Running => _running;

    public DateTimeOffset Now => Start.AddSeconds(Second);

    public long Backlog => _ends.Sum() - _positions.Sum();

    public ScaleSignal Scale => new(_desired, _running, 1, 64);

    public void Apply(int replicas)
    {
        _desired = replicas;
        if (replicas < _running)
            (_running, _pausedUntil) = (replicas, Second + 1);
        else
            _startsAt = Second + StartSeconds;
    }

    /// <summary>Lets a second pass in which <paramref name="arrivals"/> records arrive.</summary>
    public GroupReading Advance(int arrivals)
    {
        Second++;
        for (var i = 0; i < arrivals; i++)
            _ends[i % partitions]++;
        if (Second >= _startsAt)
            (_running, _startsAt, _pausedUntil) = (_desired, int.MaxValue, Second + 1);
        var capacity = Second < _pausedUntil ? 0 : _running * recordsPerReplica;
        _credit = Math.Min(capacity, Backlog);
        for (var partition = 0; partition < partitions && _credit >= 1; partition++)
        {
            var share = Math.Min(_ends[partition] - _positions[partition], (long)_credit);
            _positions[partition] += share;
            _processed += share;
            _credit -= share;
        }
        return GroupReading.Create(
            Now,
            [new TopicLogEnds("t", [.. _ends.Select(end => (long?)end)])],
            [.. Enumerable.Range(0, _running).Select(Member)],
            TimeSpan.FromSeconds(10));
    }

    private Member Member(int index)
    {
        var owned = Enumerable.Range(0, partitions).Where(partition => partition % _running == index).ToList();
        var member = new Member
        {
            MemberId = $"m{index}",
            ReportedAt = Now.ToUnixTimeMilliseconds(),
            Topics = { new MemberTopic { Topic = "t", Partitions = { owned }, NextOffsets = { owned.Select(partition => Second < _pausedUntil ? -1 : _positions[partition]) } } },
            Counters = new MemberCounters { RecordsConsumed = _processed, EntriesProcessed = _processed },
        };
        if (_processed > 0)
            member.TrueRate = recordsPerReplica;
        return member;
    }
}
