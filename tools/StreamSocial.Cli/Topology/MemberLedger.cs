using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Events;
using StreamSocial.Events.Runtime;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Tables;

namespace StreamSocial.Cli.Topology;

/// <summary>Follows topic <c>members</c> and remembers what members that left had counted.</summary>
internal sealed class MemberLedger : IAsyncDisposable
{
    private readonly TopicTable<string, Member> _table;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<(string Id, long StartedAt), MemberCounters> _counters = [];
    private readonly Task _following;

    private MemberLedger(KafkaClientSettings settings)
    {
        _table = new TopicTable<string, Member>(
            TopicNames.Members,
            key => System.Text.Encoding.UTF8.GetString(key),
            value => Member.Parser.ParseFrom(value),
            settings,
            NullLogger<TopicTable<string, Member>>.Instance);
        _following = FollowAsync(_stop.Token);
    }

    /// <summary>The members as they last said.</summary>
    public IReadOnlyCollection<Member> Members => [.. _table.Current.Entries.Values];

    public static async Task<MemberLedger> StartAsync(KafkaClientSettings settings, CancellationToken cancellationToken)
    {
        var ledger = new MemberLedger(settings);
        await ledger._table.StartAsync(cancellationToken);
        return ledger;
    }

    /// <summary>The members, once the topic was read to its end.</summary>
    /// <exception cref="ToolException">It was not within the timeout.</exception>
    public async Task<IReadOnlyCollection<Member>> ReadAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await _table.WaitUntilCaughtUpAsync(cancellationToken).WaitAsync(timeout, cancellationToken);
            return Members;
        }
        catch (TimeoutException e)
        {
            throw new ToolException($"Topic {TopicNames.Members} could not be read within {timeout.TotalSeconds:0} s. Do the brokers answer, and do the topics exist ('topics describe')?", e);
        }
    }

    /// <summary>Sum over all members there have been; null when none has said anything.</summary>
    public MemberCounters? ReadTotals()
    {
        lock (_counters)
        {
            return _counters.Count == 0 ? null : new MemberCounters
            {
                RecordsConsumed = _counters.Values.Sum(counters => counters.RecordsConsumed),
                EntriesProcessed = _counters.Values.Sum(counters => counters.EntriesProcessed),
                EntriesEmitted = _counters.Values.Sum(counters => counters.EntriesEmitted),
                EntriesLost = _counters.Values.Sum(counters => counters.EntriesLost),
                DuplicatesDropped = _counters.Values.Sum(counters => counters.DuplicatesDropped),
                EntriesMisordered = _counters.Values.Sum(counters => counters.EntriesMisordered),
                Checkpoints = _counters.Values.Sum(counters => counters.Checkpoints),
                ChangelogBytes = _counters.Values.Sum(counters => counters.ChangelogBytes),
                InputBytes = _counters.Values.Sum(counters => counters.InputBytes),
                RestoredBytes = _counters.Values.Sum(counters => counters.RestoredBytes),
                PartitionsRestored = _counters.Values.Sum(counters => counters.PartitionsRestored),
                RestoredStateBytes = _counters.Values.Sum(counters => counters.RestoredStateBytes),
                PartitionsRestoredWarm = _counters.Values.Sum(counters => counters.PartitionsRestoredWarm),
                CheckpointsFenced = _counters.Values.Sum(counters => counters.CheckpointsFenced),
            };
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _following;
        await _table.StopAsync(CancellationToken.None);
        _table.Dispose();
        _stop.Dispose();
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (var snapshot = _table.Current; ; snapshot = await _table.WaitForNewerAsync(snapshot.Version, cancellationToken))
            {
                lock (_counters)
                {
                    foreach (var (id, member) in snapshot.Entries)
                    {
                        // One that was killed and started again counts from zero, under the same id.
                        if (member.Counters is { } counters)
                            _counters[(id, member.StartedAt)] = counters;
                    }
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Disposed.
        }
    }
}
