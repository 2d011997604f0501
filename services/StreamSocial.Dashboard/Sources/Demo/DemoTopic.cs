using System.Collections.Immutable;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Dashboard.Sources.Demo;

/// <summary>One made-up topic with a power-law load over its partitions.</summary>
internal sealed class DemoTopic
{
    private readonly long[] _ends;
    private readonly long[] _positions;
    private readonly double[] _arrivals;
    private readonly double[] _weights;

    public DemoTopic(string name, int partitions, double skew)
    {
        Name = name;
        _ends = new long[partitions];
        _positions = new long[partitions];
        _arrivals = new double[partitions];
        Owners = new int?[partitions];
        IsRestoring = new bool[partitions];
        // A multiplier that is coprime to the count scatters the ranks over the partitions.
        var raw = Enumerable.Range(0, partitions).Select(partition => Math.Pow(1 + ((partition * 379L) % partitions), -skew)).ToArray();
        var total = raw.Sum();
        _weights = [.. raw.Select(weight => (0.75 * weight / total) + (0.25 / partitions))];
    }

    public string Name { get; }

    public ImmutableArray<long?> Ends => [.. _ends.Select(end => (long?)end)];

    /// <summary>Number of the replica that has each partition; null while none does.</summary>
    public int?[] Owners { get; }

    /// <summary>Whether the owner of each partition still restores its state.</summary>
    public bool[] IsRestoring { get; }

    /// <summary>Adds how long the oldest record of each partition has waited, from how fast records arrive there.</summary>
    public TopicReading WithAges(TopicReading reading) => reading with
    {
        Partitions = [.. reading.Partitions.Select((partition, number) => partition with { OldestAge = AgeOf(number) })],
    };

    public void Advance(Random random, double records, double share, double spike)
    {
        for (var partition = 0; partition < _ends.Length; partition++)
        {
            var arrivals = records * _weights[partition] * (0.5 + random.NextDouble());
            _arrivals[partition] += (arrivals - _arrivals[partition]) / 10;
            _ends[partition] += (long)arrivals + (random.NextDouble() < arrivals % 1 ? 1 : 0);
            var waiting = _ends[partition] - _positions[partition];
            var keeps = random.NextDouble() < 0.3 + (0.5 * spike) ? (1.05 - share) * waiting : 0;
            if (Owners[partition] is not null && !IsRestoring[partition])
                _positions[partition] = Math.Max(_positions[partition], _ends[partition] - (long)Math.Max(keeps, random.NextDouble() < 0.2 ? arrivals * 0.3 : 0));
        }
    }

    public MemberTopic OwnedBy(int replica)
    {
        var owned = Enumerable.Range(0, _ends.Length).Where(partition => Owners[partition] == replica).ToList();
        return new MemberTopic
        {
            Topic = Name,
            Partitions = { owned },
            NextOffsets = { owned.Select(partition => IsRestoring[partition] ? -1 : _positions[partition]) },
            CommittedOffsets = { owned.Select(partition => Math.Max(0, _positions[partition] - (_positions[partition] / 20))) },
        };
    }

    private TimeSpan AgeOf(int partition) => TimeSpan.FromMilliseconds((long)((_ends[partition] - _positions[partition]) * 1000 / Math.Max(0.2, _arrivals[partition])));
}
