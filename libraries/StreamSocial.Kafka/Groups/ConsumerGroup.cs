using System.Collections.Immutable;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamSocial.Kafka.Topics;

namespace StreamSocial.Kafka.Groups;

/// <summary>A consumer group that reads topics of the catalogue. Null is unknown.</summary>
/// <param name="Id">Its <c>group.id</c>.</param>
/// <param name="State">Such as <c>stable</c>, <c>empty</c> or <c>preparingRebalance</c>.</param>
/// <param name="Type"><c>classic</c> or <c>consumer</c> (KIP-848).</param>
/// <param name="Members">Who is in it.</param>
/// <param name="Topics">The topics of the catalogue that it reads.</param>
public sealed record ConsumerGroup(string Id, string State, string Type, ImmutableArray<ConsumerGroupMember> Members, ImmutableArray<ConsumerGroupTopic> Topics)
{
    /// <summary>Records behind its committed positions; null when that is unknown of a partition that it reads.</summary>
    public long? Lag => Topics.All(topic => topic.Lag is not null) ? Topics.Sum(topic => topic.Lag) : null;

    /// <summary>Joins what the coordinator says with the logs. Pure.</summary>
    /// <param name="description">The group.</param>
    /// <param name="committed">
    /// Its committed positions; one with an error is unknown, and so is the lag there. Where the group has committed none, its lag is unknown unless the log is empty.
    /// </param>
    /// <param name="logs">The logs of the catalogue's topics by partition; a topic that is not there is not of the catalogue.</param>
    /// <returns>Null when it neither has positions in nor partitions of these topics.</returns>
    internal static ConsumerGroup? From(ConsumerGroupDescription description, IEnumerable<TopicPartitionOffsetError> committed, IReadOnlyDictionary<string, ImmutableArray<LogRange>> logs)
    {
        var positions = committed.Where(position => (position.Error.IsError || position.Offset.Value >= 0) && logs.ContainsKey(position.Topic))
            .ToDictionary(position => position.TopicPartition, position => position.Error.IsError ? null : (long?)position.Offset.Value);
        var owned = description.Members
            .Select(member => (member, Partitions: (member.Assignment?.TopicPartitions ?? []).Where(partition => logs.ContainsKey(partition.Topic)).ToList()))
            .ToList();
        var read = positions.Keys.Concat(owned.SelectMany(member => member.Partitions)).Distinct().GroupBy(partition => partition.Topic, StringComparer.Ordinal).ToList();
        if (read.Count == 0)
            return null;
        return new ConsumerGroup(
            description.GroupId,
            Name(description.State),
            Name(description.GroupType),
            [.. owned.Select(member => new ConsumerGroupMember(member.member.ConsumerId, member.member.ClientId, member.member.Host, member.Partitions.Count, SumOf(member.Partitions.Select(LagOf))))],
            [.. read.OrderBy(topic => topic.Key, StringComparer.Ordinal).Select(topic => new ConsumerGroupTopic(topic.Key, topic.Count(), SumOf(topic.Select(LagOf))))]);

        long? LagOf(TopicPartition partition)
        {
            var log = logs[partition.Topic].ElementAtOrDefault(partition.Partition.Value);
            if (!positions.TryGetValue(partition, out var position))
                return log.Records == 0 ? 0 : null;
            return log.NextOffset - position is { } behind ? Math.Max(0, behind) : null;
        }
    }

    private static long? SumOf(IEnumerable<long?> lags)
    {
        var all = lags.ToList();
        return all.TrueForAll(lag => lag is not null) ? all.Sum() : null;
    }

    private static string Name<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}

/// <summary>The consumer groups of a cluster that read topics of the catalogue.</summary>
/// <param name="Groups">Those that are known, by id.</param>
/// <param name="Unread">What is unknown, in words: groups that did not answer for themselves, and brokers that did not list theirs.</param>
public sealed record ConsumerGroups(ImmutableArray<ConsumerGroup> Groups, ImmutableArray<string> Unread);

/// <summary>A member of a group.</summary>
/// <param name="Id">As its coordinator knows it.</param>
/// <param name="ClientId">Its <c>client.id</c>.</param>
/// <param name="Host">Where it connects from.</param>
/// <param name="Partitions">Partitions of the catalogue's topics that it has.</param>
/// <param name="Lag">Records behind the committed positions of these; null when one is unknown.</param>
public sealed record ConsumerGroupMember(string Id, string ClientId, string Host, int Partitions, long? Lag);

/// <summary>A topic that a group reads.</summary>
/// <param name="Name">The topic.</param>
/// <param name="Partitions">Partitions in which it has a position, or a member.</param>
/// <param name="Lag">Records behind the committed positions; null when one is unknown.</param>
public sealed record ConsumerGroupTopic(string Name, int Partitions, long? Lag);
