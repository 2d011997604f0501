using StreamSocial.Kafka.Lag;
using StreamSocial.Scaling.Signals;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Unit.Tests.Scaling.Policies;

/// <summary>A group of feed generators under load, a second at a time: replicas take time to start, and a change of size pauses what moves.</summary>
internal sealed class SimulatedGroup(double recordsPerReplica, int partitions, int maximum = 64, int replicas = 1, int startable = int.MaxValue)
{
    public const int StartSeconds = 5;

    private static readonly DateTimeOffset Start = Snapshots.Now;

    private readonly LogEndHistory _history = new();
    private readonly long[] _ends = new long[partitions];
    private readonly long[] _positions = new long[partitions];
    private readonly long[] _processed = new long[maximum];
    private int _desired = replicas;
    private int _running = replicas;
    private int _startsAt = int.MaxValue;
    private int _pausedUntil;
    private long _arrived;

    public int Second { get; private set; }

    public int Running => _running;

    public DateTimeOffset Now => Start.AddSeconds(Second);

    public long Backlog => _ends.Sum() - _positions.Sum();

    public ScaleSignal Scale => new(_desired, _running, 1, maximum);

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
            _ends[_arrived++ % partitions]++;
        if (Second >= _startsAt)
        {
            var running = Math.Min(_desired, startable);
            (_running, _startsAt, _pausedUntil) = (running, int.MaxValue, running == _running ? _pausedUntil : Second + 1);
        }
        for (var member = 0; member < _running && Second >= _pausedUntil; member++)
        {
            var left = (long)recordsPerReplica;
            for (var partition = member; partition < partitions; partition += _running)
            {
                var share = Math.Min(_ends[partition] - _positions[partition], left);
                _positions[partition] += share;
                _processed[member] += share;
                left -= share;
            }
        }
        return _history.Add(GroupReading.Create(
            Now,
            [new TopicLogEnds("t", [.. _ends.Select(end => (long?)end)])],
            [.. Enumerable.Range(0, _running).Select(Member)],
            TimeSpan.FromSeconds(10)));
    }

    private Member Member(int index)
    {
        var owned = Enumerable.Range(0, partitions).Where(partition => partition % _running == index).ToList();
        return new Member
        {
            MemberId = $"m{index}",
            ReportedAt = Now.ToUnixTimeMilliseconds(),
            Lanes = 1,
            Topics = { new MemberTopic { Topic = "t", Partitions = { owned }, NextOffsets = { owned.Select(partition => Second < _pausedUntil ? -1 : _positions[partition]) } } },
            Stages = { new StageCost { Topic = "t", Records = _processed[index], Entries = _processed[index], BusyMs = _processed[index] * 1000 / recordsPerReplica } },
        };
    }
}
