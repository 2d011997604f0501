using System.Collections.Immutable;
using StreamSocial.Kafka.Tables;

namespace StreamSocial.Streams.Membership;

/// <summary>The live members of one table snapshot and who of them owns which partition. Made by a pure function.</summary>
internal sealed record MembersIndex(MembersSnapshot Snapshot, ImmutableDictionary<(string Topic, int Partition), Member> Owners)
{
    /// <summary>
    /// Keeps the members whose last report is younger than <paramref name="expireAfter"/>, and gives each partition to the one with
    /// the newest report that claims it.
    /// </summary>
    /// <remarks>
    /// The clock is the topic's own: the newest report of anyone. A reader with a wrong clock, or one that has not caught up, so takes
    /// nobody for dead; and when all are silent, nobody is known to be.
    /// </remarks>
    public static MembersIndex Build(TableSnapshot<string, Member> table, TimeSpan expireAfter)
    {
        var newest = table.Entries.Values.Select(member => member.ReportedAt).DefaultIfEmpty().Max();
        var live = table.Entries
            .Where(entry => newest - entry.Value.ReportedAt <= (long)expireAfter.TotalMilliseconds)
            .ToImmutableDictionary();

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

        return new MembersIndex(new MembersSnapshot(table.Version, live, table.IsCaughtUp), owners.ToImmutable());
    }
}
