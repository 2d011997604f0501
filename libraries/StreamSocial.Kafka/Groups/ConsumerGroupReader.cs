using System.Collections.Immutable;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Kafka.Topics;

namespace StreamSocial.Kafka.Groups;

/// <summary>Asks the coordinators for the groups that read topics of the catalogue, whoever they belong to.</summary>
public sealed partial class ConsumerGroupReader(KafkaClientSettings settings, ILogger<ConsumerGroupReader> logger)
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private readonly ILogger _logger = logger;

    /// <summary>Reads them. What does not answer is named and logged.</summary>
    /// <param name="topics">The topics, read a moment ago.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null on the embedded cluster, which does not list groups.</returns>
    /// <exception cref="KafkaException">A broker does not list its groups.</exception>
    public async Task<ConsumerGroups?> ReadAsync(TopicsReading topics, CancellationToken cancellationToken)
    {
        if (settings.IsEmbedded)
            return null;
        var logs = topics.Topics.Where(topic => topic.Partitions > 0).ToDictionary(topic => topic.Spec.Name, topic => topic.Ranges, StringComparer.Ordinal);
        // Not cancelled by its caller's token: a client that is disposed under a request crashes.
        return await Task.Run(() => ReadAsync(logs), CancellationToken.None).WaitAsync(cancellationToken);
    }

    private async Task<ConsumerGroups?> ReadAsync(Dictionary<string, ImmutableArray<LogRange>> logs)
    {
        // A client that is made every few seconds would tell each time that a broker is away; what came of it is in the result.
        using var admin = KafkaAdminClient.Create(settings, "consumer-groups", NullLogger.Instance);
        var groups = ImmutableArray.CreateBuilder<ConsumerGroup>();
        var unread = ImmutableArray.CreateBuilder<string>();
        // One coordinator that is away delays no other's groups.
        foreach (var (id, description, committed) in await Task.WhenAll(List(admin).Select(group => ReadAsync(admin, group))))
        {
            if (description is null || committed is null)
                unread.Add($"consumer group {id}");
            else if (ConsumerGroup.From(description, committed, logs) is { } group)
                groups.Add(group);
        }
        return new ConsumerGroups(groups.ToImmutable(), unread.ToImmutable());
    }

    private async Task<(string Id, ConsumerGroupDescription? Description, IReadOnlyList<TopicPartitionOffsetError>? Committed)> ReadAsync(IAdminClient admin, string group)
    {
        var description = await DescribeAsync(admin, group);
        return (group, description, description is null ? null : await ReadPositionsAsync(admin, group));
    }

    /// <remarks>
    /// Not by <c>ListConsumerGroupsAsync</c>: Confluent.Kafka (2.16.0) frees what a broker that does not answer leaves in its result, and librdkafka frees it again, which
    /// ends the process.
    /// </remarks>
    private static IEnumerable<string> List(IAdminClient admin) => admin.ListGroups(RequestTimeout)
        .Where(group => group.ProtocolType is "" or "consumer").Select(group => group.Group).Order(StringComparer.Ordinal);

    private async Task<ConsumerGroupDescription?> DescribeAsync(IAdminClient admin, string group)
    {
        try
        {
            return (await admin.DescribeConsumerGroupsAsync([group], new DescribeConsumerGroupsOptions { RequestTimeout = CoordinatorRequests.LibraryTimeout }).WithinAsync(RequestTimeout))
                .ConsumerGroupDescriptions.Single();
        }
        catch (KafkaException e)
        {
            LogUnread("membership", group, e.Error.Reason);
            return null;
        }
    }

    /// <summary>Null when the group does not say; a position that is unknown alone has an error.</summary>
    private async Task<IReadOnlyList<TopicPartitionOffsetError>?> ReadPositionsAsync(IAdminClient admin, string group)
    {
        try
        {
            return (await admin.ListConsumerGroupOffsetsAsync(
                [new ConsumerGroupTopicPartitions(group, null)], new ListConsumerGroupOffsetsOptions { RequestTimeout = CoordinatorRequests.LibraryTimeout }).WithinAsync(RequestTimeout))[0].Partitions;
        }
        catch (ListConsumerGroupOffsetsException e) when (e.Results is [{ Error.IsError: false }])
        {
            LogUnread("positions", group, e.Results[0].Partitions.First(position => position.Error.IsError).Error.Reason);
            return e.Results[0].Partitions;
        }
        catch (KafkaException e)
        {
            LogUnread("positions", group, e.Error.Reason);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The {What} of group {Group} cannot be read: {Reason}")]
    private partial void LogUnread(string what, string group, string reason);
}
