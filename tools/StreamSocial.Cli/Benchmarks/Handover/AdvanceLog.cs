using StreamSocial.Streams.Membership;

namespace StreamSocial.Cli.Benchmarks.Handover;

/// <summary>When each partition of each stage got on, and by whom, from what members report. Without clock or I/O; thread-safe.</summary>
/// <remarks>
/// A partition gets on when a member that reported it before reports a position above all earlier ones, its own and others'. So neither what a new owner
/// restores nor what it does again counts.
/// </remarks>
/// <param name="topics">The stages' inputs; reports of others are passed over.</param>
internal sealed class AdvanceLog(IReadOnlyCollection<string> topics)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Topic, int Partition), Partition> _partitions = [];
    private readonly Dictionary<string, HashSet<(string Topic, int Partition)>> _known = [];
    private readonly List<TimeSpan> _reports = [];

    /// <summary>Takes a report.</summary>
    /// <param name="at">When it was made; not before the last one.</param>
    /// <param name="member">The report.</param>
    public void Observe(TimeSpan at, Member member)
    {
        lock (_gate)
        {
            _reports.Add(at);
            var before = _known.GetValueOrDefault(member.MemberId, []);
            var now = _known[member.MemberId] = [];
            foreach (var topic in member.Topics.Where(topic => topics.Contains(topic.Topic)))
            {
                for (var i = 0; i < topic.Partitions.Count; i++)
                {
                    // Its owner is restoring.
                    if (topic.NextOffsets[i] < 0)
                        continue;
                    var key = (topic.Topic, topic.Partitions[i]);
                    now.Add(key);
                    if (!_partitions.TryGetValue(key, out var partition))
                        _partitions.Add(key, partition = new Partition());
                    partition.Observe(at, member.MemberId, topic.NextOffsets[i], counts: before.Contains(key));
                }
            }
        }
    }

    /// <summary>For how long the partitions stood still between two moments; null when none ever got on.</summary>
    public GapFigures? GapsBetween(TimeSpan from, TimeSpan to)
    {
        lock (_gate)
            return GapFigures.Of([.. Advanced.Select(partition => LongestGap(partition.Advances.Select(advance => advance.At), from, to))]);
    }

    /// <summary>Longest time between two moments without any report: nothing is seen meanwhile.</summary>
    public TimeSpan LongestSilence(TimeSpan from, TimeSpan to)
    {
        lock (_gate)
            return LongestGap(_reports, from, to);
    }

    /// <summary>When a member first got on with any partition, and when with the last of those that it ever got on with; null when it never did.</summary>
    public (TimeSpan First, TimeSpan Last)? BeginOf(string member)
    {
        lock (_gate)
        {
            TimeSpan[] begins = [.. Advanced.Select(partition => partition.FirstBy(member)).OfType<TimeSpan>()];
            return begins.Length == 0 ? null : (begins.Min(), begins.Max());
        }
    }

    /// <summary>Partitions with which a member got on after a moment.</summary>
    public int CountOf(string member, TimeSpan after)
    {
        lock (_gate)
            return Advanced.Count(partition => partition.Advances.Exists(advance => advance.Member == member && advance.At > after));
    }

    /// <summary>From the death of a member until others had got on with all partitions that it had ever got on with; null when they had not by the end.</summary>
    public TimeSpan? AllBackAfter(string member, TimeSpan death, TimeSpan end)
    {
        lock (_gate)
        {
            var longest = TimeSpan.Zero;
            foreach (var partition in Advanced.Where(partition => partition.FirstBy(member) is not null))
            {
                var back = partition.Advances.FindIndex(advance => advance.Member != member && advance.At >= death);
                if (back < 0 || partition.Advances[back].At > end)
                    return null;
                longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, (partition.Advances[back].At - death).Ticks));
            }

            return longest;
        }
    }

    private IEnumerable<Partition> Advanced => _partitions.Values.Where(partition => partition.Advances.Count > 0);

    /// <summary>The ends of the span count as moments, as at the peers.</summary>
    private static TimeSpan LongestGap(IEnumerable<TimeSpan> moments, TimeSpan from, TimeSpan to)
    {
        var (longest, last) = (TimeSpan.Zero, from);
        foreach (var at in moments.Where(at => at > from && at < to).Append(to))
        {
            if (at - last > longest)
                longest = at - last;
            last = at;
        }

        return longest;
    }

    private sealed class Partition
    {
        private long _highest = -1;

        public List<(TimeSpan At, string Member)> Advances { get; } = [];

        public TimeSpan? FirstBy(string member) => Advances.FindIndex(advance => advance.Member == member) is >= 0 and var i ? Advances[i].At : null;

        public void Observe(TimeSpan at, string member, long position, bool counts)
        {
            if (position <= _highest)
                return;
            _highest = position;
            if (counts)
                Advances.Add((at, member));
        }
    }
}
