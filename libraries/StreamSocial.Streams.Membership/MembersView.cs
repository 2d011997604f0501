using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using StreamSocial.Kafka.Tables;
using StreamSocial.Streams.Membership.Peers;

namespace StreamSocial.Streams.Membership;

/// <summary>The topic of members as a table. Thread-safe; the index of a snapshot is built once, on first use.</summary>
internal sealed class MembersView(TopicTable<string, Member> table, IOptions<MembersOptions> options, PeerAddresses addresses) : IMembersView
{
    private readonly MembersOptions _options = options.Value;
    private MembersIndex? _index;

    public MembersSnapshot Current => CurrentIndex.Snapshot;

    private MembersIndex CurrentIndex
    {
        get
        {
            var snapshot = table.Current;
            var index = Volatile.Read(ref _index);
            if (index?.Snapshot.Version == snapshot.Version)
                return index;
            // Two threads may both build it; the results are equal.
            index = MembersIndex.Build(snapshot, _options.ExpireAfter, addresses);
            Volatile.Write(ref _index, index);
            return index;
        }
    }

    public async Task<MembersSnapshot> WaitForNewerAsync(long version, CancellationToken cancellationToken)
    {
        await table.WaitForNewerAsync(version, cancellationToken);
        return Current;
    }

    public bool TryGetOwner(string topic, int partition, [NotNullWhen(true)] out PartitionOwner? owner)
    {
        owner = CurrentIndex.Owners.TryGetValue((topic, partition), out var member)
            ? new PartitionOwner(member.MemberId, Uri.TryCreate(member.Endpoint, UriKind.Absolute, out var endpoint) ? endpoint : null, member.MemberId == _options.SelfMemberId)
            : null;
        return owner is not null;
    }
}

/// <summary>The live members of one table snapshot and the owner of each partition. Built by a pure function.</summary>
internal sealed record MembersIndex(MembersSnapshot Snapshot, ImmutableDictionary<(string Topic, int Partition), Member> Owners)
{
    /// <summary>
    /// Keeps the members whose last report is younger than <paramref name="expireAfter"/>, and assigns each partition to the member with the
    /// newest report that lists it. Members keep only an address that is believed.
    /// </summary>
    /// <remarks>
    /// The newest report in the topic serves as the clock, and reports have the times at which the log took them. So a reader or a member with a wrong clock,
    /// or a reader that has not caught up, considers no member dead; and when all members are silent, none is known to be dead.
    /// </remarks>
    public static MembersIndex Build(TableSnapshot<string, Member> table, TimeSpan expireAfter, PeerAddresses addresses)
    {
        var newest = table.Entries.Values.Select(member => member.ReportedAt).DefaultIfEmpty().Max();
        var live = table.Entries
            .Where(entry => newest - entry.Value.ReportedAt <= (long)expireAfter.TotalMilliseconds)
            .ToImmutableDictionary(entry => entry.Key, entry => addresses.Check(entry.Value));

        var owners = ImmutableDictionary.CreateBuilder<(string, int), Member>();
        // Equal reports are ordered by id, so that all readers agree.
        foreach (var member in live.Values.OrderBy(member => member.ReportedAt).ThenBy(member => member.MemberId, StringComparer.Ordinal))
        {
            foreach (var topic in member.Topics)
            {
                foreach (var partition in topic.Partitions)
                    owners[(topic.Topic, partition)] = member;
            }
        }

        return new MembersIndex(new MembersSnapshot(table.Version, live, table.IsCaughtUp) { Clock = table.Clock }, owners.ToImmutable());
    }
}
