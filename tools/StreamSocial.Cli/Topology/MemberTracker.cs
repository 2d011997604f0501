using StreamSocial.Events;
using StreamSocial.Kafka;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Cli.Topology;

/// <summary>Follows topic <c>members</c> and keeps the counters of members that have left.</summary>
internal sealed class MemberTracker : IAsyncDisposable
{
    private readonly TableReader<Member> _reader;
    private readonly Dictionary<(string Id, long StartedAt), MemberCounters> _counters = [];

    private MemberTracker(KafkaClientSettings settings) =>
        _reader = new TableReader<Member>(settings, TopicNames.Members, (id, value, appendedAt) => Record(MemberReports.Read(id, value, appendedAt)));

    /// <summary>Raised with every report, not only the last of each member, on the thread that reads the topic.</summary>
    public event Action<Member>? Reported;

    /// <summary>Age of a member's last report after which it counts as silent, as on the dashboard.</summary>
    public static TimeSpan MemberTimeout { get; } = TimeSpan.FromSeconds(10);

    /// <summary>The last report of each member.</summary>
    /// <exception cref="ToolException">The topic can no longer be read.</exception>
    public IReadOnlyCollection<Member> Members => _reader.Values;

    /// <summary>
    /// Those members that are not silent: one that was killed leaves its last report behind. The newest report is the clock, so a wrong clock makes nobody silent;
    /// and when all are, none is known to be gone.
    /// </summary>
    public static IReadOnlyCollection<Member> Live(IReadOnlyCollection<Member> members)
    {
        var newest = members.Select(member => member.ReportedAt).DefaultIfEmpty().Max();
        return [.. members.Where(member => newest - member.ReportedAt <= (long)MemberTimeout.TotalMilliseconds)];
    }

    public static async Task<MemberTracker> StartAsync(KafkaClientSettings settings, CancellationToken cancellationToken)
    {
        var tracker = new MemberTracker(settings);
        await tracker._reader.StartAsync(cancellationToken);
        return tracker;
    }

    /// <summary>The members, once the topic was read to its end.</summary>
    /// <exception cref="ToolException">It was not within the timeout, or cannot be read.</exception>
    public Task<IReadOnlyCollection<Member>> ReadAsync(TimeSpan timeout, CancellationToken cancellationToken) => _reader.ReadAsync(timeout, cancellationToken);

    /// <summary>Sum over all members there have been; null when none has reported any counters.</summary>
    /// <exception cref="ToolException">The topic can no longer be read.</exception>
    public MemberCounters? ReadTotals()
    {
        ThrowIfFailed();
        lock (_counters)
        {
            if (_counters.Count == 0)
                return null;
            var totals = new MemberCounters();
            foreach (var field in MemberCounters.Descriptor.Fields.InDeclarationOrder())
                field.Accessor.SetValue(totals, _counters.Values.Sum(counters => (long)field.Accessor.GetValue(counters)));
            return totals;
        }
    }

    public ValueTask DisposeAsync() => _reader.DisposeAsync();

    /// <exception cref="ToolException">The topic can no longer be read.</exception>
    public void ThrowIfFailed() => _reader.ThrowIfFailed();

    private Member Record(Member member)
    {
        if (member.Counters is { } counters)
        {
            // A member that was killed and started again has the same id and counts from zero.
            lock (_counters)
                _counters[(member.MemberId, member.StartedAt)] = counters;
        }
        Reported?.Invoke(member);
        return member;
    }
}
