using System.Collections.Immutable;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Dashboard.Sources;

/// <summary>One made-up topic with a power-law load over its partitions.</summary>
internal sealed class DemoTopic
{
    private readonly long[] _ends;
    private readonly long[] _positions;
    private readonly double[] _weights;

    public DemoTopic(string name, int partitions, double skew)
    {
        Name = name;
        _ends = new long[partitions];
        _positions = new long[partitions];
        // A multiplier that is coprime to the count scatters the ranks over the partitions.
        var raw = Enumerable.Range(0, partitions).Select(partition => Math.Pow(1 + ((partition * 379L) % partitions), -skew)).ToArray();
        var total = raw.Sum();
        _weights = [.. raw.Select(weight => (0.75 * weight / total) + (0.25 / partitions))];
    }

    public string Name { get; }

    public ImmutableArray<long?> Ends => [.. _ends.Select(end => (long?)end)];

    public void Advance(Random random, double records, double share, double spike)
    {
        for (var partition = 0; partition < _ends.Length; partition++)
        {
            var arrivals = records * _weights[partition] * (0.5 + random.NextDouble());
            _ends[partition] += (long)arrivals + (random.NextDouble() < arrivals % 1 ? 1 : 0);
            var waiting = _ends[partition] - _positions[partition];
            var keeps = random.NextDouble() < 0.3 + (0.5 * spike) ? (1.05 - share) * waiting : 0;
            _positions[partition] = _ends[partition] - (long)Math.Max(keeps, random.NextDouble() < 0.2 ? arrivals * 0.3 : 0);
        }
    }

    public MemberTopic OwnedBy(int member, int members)
    {
        var owned = Enumerable.Range(0, _ends.Length).Where(partition => (long)partition * members / _ends.Length == member).ToList();
        return new MemberTopic
        {
            Topic = Name,
            Partitions = { owned },
            NextOffsets = { owned.Select(partition => _positions[partition]) },
            CommittedOffsets = { owned.Select(partition => Math.Max(0, _positions[partition] - (_positions[partition] / 20))) },
        };
    }
}
