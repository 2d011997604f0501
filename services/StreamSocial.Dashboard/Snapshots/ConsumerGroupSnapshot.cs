using System.Collections.Immutable;
using StreamSocial.Events.Stages;
using StreamSocial.Kafka.Groups;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Dashboard.Snapshots;

/// <summary>A consumer group that reads topics of the catalogue.</summary>
/// <param name="Id">Its <c>group.id</c>.</param>
/// <param name="State">Such as stable, empty or preparingRebalance.</param>
/// <param name="Type">classic or consumer (KIP-848).</param>
/// <param name="IsForeign">Whether it is another one than the feed generators'.</param>
/// <param name="Lag">Records behind its committed positions; null when that is unknown of a partition.</param>
/// <param name="OldestAgeMs">Age of the oldest record that waits, of the application's own group; null of others, whose records nobody times.</param>
/// <param name="IsAgeAtLeast">Whether that age is only the least that it can be: of a partition it is unknown, or only known to be at least so much.</param>
/// <param name="Topics">The topics that it reads.</param>
/// <param name="Members">Who is in it.</param>
/// <param name="PartitionSpread">Partitions of the member with the most minus those of the one with the fewest; null without members.</param>
/// <param name="LagSpread">The same of their lags; null when one is unknown.</param>
internal sealed record ConsumerGroupSnapshot(
    string Id, string State, string Type, bool IsForeign, long? Lag, long? OldestAgeMs, bool IsAgeAtLeast, ImmutableArray<ConsumerGroupTopic> Topics,
    ImmutableArray<ConsumerGroupMemberSnapshot> Members, int? PartitionSpread, long? LagSpread)
{
    /// <param name="group">What the coordinator says.</param>
    /// <param name="reading">What the members report of themselves.</param>
    public static ConsumerGroupSnapshot From(ConsumerGroup group, GroupReading reading)
    {
        var ours = (reading.Members ?? []).ToDictionary(member => $"{member.MemberId}-group", StringComparer.Ordinal);
        ImmutableArray<ConsumerGroupMemberSnapshot> members = [.. group.Members.Select(member => new ConsumerGroupMemberSnapshot(
            ours.TryGetValue(member.ClientId, out var known) ? known.ResourceName : member.ClientId, member.Host, !ours.ContainsKey(member.ClientId), member.Partitions, member.Lag))];
        var isForeign = group.Id != FeedGeneratorStages.ApplicationId;
        var oldest = isForeign ? null : reading.Topics.SelectMany(topic => topic.Partitions).Max(partition => (long?)partition.OldestAge?.TotalMilliseconds);
        return new ConsumerGroupSnapshot(
            group.Id,
            group.State,
            group.Type,
            isForeign,
            group.Lag,
            oldest,
            oldest is not null && reading.Topics.Any(topic => topic.Partitions.IsEmpty || topic.Partitions.Any(partition => partition.OldestAge is null || partition.IsAgeAtLeast)),
            group.Topics,
            members,
            members.IsEmpty ? null : members.Max(member => member.Partitions) - members.Min(member => member.Partitions),
            members.IsEmpty || members.Any(member => member.Lag is null) ? null : members.Max(member => member.Lag) - members.Min(member => member.Lag));
    }
}

/// <summary>A member of a consumer group.</summary>
/// <param name="Name">Its resource where it reports, else its <c>client.id</c>.</param>
/// <param name="Host">Where it connects from.</param>
/// <param name="IsForeign">Whether it does not report to topic <c>members</c>.</param>
/// <param name="Partitions">Partitions of the catalogue's topics that it has.</param>
/// <param name="Lag">Records behind the committed positions of these; null when one is unknown.</param>
internal sealed record ConsumerGroupMemberSnapshot(string Name, string Host, bool IsForeign, int Partitions, long? Lag);
