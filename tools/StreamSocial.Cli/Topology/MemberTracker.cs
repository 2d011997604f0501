using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Events;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Tables;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Cli.Topology;

/// <summary>Follows topic <c>members</c> and keeps the counters of members that have left.</summary>
internal sealed class MemberTracker : IAsyncDisposable
{
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly TopicTable<string, Member> _table;
    private readonly Dictionary<(string Id, long StartedAt), MemberCounters> _counters = [];

    private MemberTracker(KafkaClientSettings settings) => _table = new TopicTable<string, Member>(
        TopicNames.Members,
        key => System.Text.Encoding.UTF8.GetString(key),
        value => Record(Member.Parser.ParseFrom(value)),
        _consumer = new ConsumerBuilder<byte[]?, byte[]?>(settings.CreateTableConsumerConfig(TopicNames.Members)).SetLogHandler((_, _) => { }).Build(),
        NullLogger<TopicTable<string, Member>>.Instance);

    /// <summary>Raised with every report, not only the last of each member, on the thread that reads the topic.</summary>
    public event Action<Member>? Reported;

    /// <summary>The last report of each member.</summary>
    /// <exception cref="ToolException">The topic can no longer be read.</exception>
    public IReadOnlyCollection<Member> Members
    {
        get
        {
            ThrowIfFailed();
            return [.. _table.Current.Entries.Values];
        }
    }

    public static async Task<MemberTracker> StartAsync(KafkaClientSettings settings, CancellationToken cancellationToken)
    {
        var tracker = new MemberTracker(settings);
        await tracker._table.StartAsync(cancellationToken);
        return tracker;
    }

    /// <summary>The members, once the topic was read to its end.</summary>
    /// <exception cref="ToolException">It was not within the timeout, or cannot be read.</exception>
    public async Task<IReadOnlyCollection<Member>> ReadAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAny(_table.WaitUntilCaughtUpAsync(cancellationToken), _table.ExecuteTask!).WaitAsync(timeout, cancellationToken);
            return Members;
        }
        catch (TimeoutException e)
        {
            throw new ToolException($"Topic {TopicNames.Members} could not be read within {timeout.TotalSeconds:0} s. Do the brokers answer, and do the topics exist ('topics describe')?", e);
        }
    }

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

    public async ValueTask DisposeAsync()
    {
        await _table.StopAsync(CancellationToken.None);
        _table.Dispose();
        _consumer.Dispose();
    }

    /// <summary>Throws if the table has failed; outside a host nobody else would notice.</summary>
    /// <exception cref="ToolException">The topic can no longer be read.</exception>
    public void ThrowIfFailed()
    {
        if (_table.ExecuteTask?.Exception?.InnerException is { } e)
            throw new ToolException($"Topic {TopicNames.Members} can no longer be read: {e.Message}", e);
    }

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
