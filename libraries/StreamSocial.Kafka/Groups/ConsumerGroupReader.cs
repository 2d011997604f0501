using System.Collections.Immutable;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
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
    /// <exception cref="KafkaException">No broker lists its groups.</exception>
    public async Task<ConsumerGroups?> ReadAsync(TopicsReading topics, CancellationToken cancellationToken)
    {
        if (settings.IsEmbedded)
            return null;
        var ends = topics.Topics.Where(topic => topic.Partitions > 0).ToDictionary(topic => topic.Spec.Name, topic => topic.Ranges.Select(range => range.NextOffset).ToImmutableArray(), StringComparer.Ordinal);
        // Not cancelled by its caller's token: a client that is disposed under a request crashes.
        return await Task.Run(() => ReadAsync(ends), CancellationToken.None).WaitAsync(cancellationToken);
    }

    private async Task<ConsumerGroups?> ReadAsync(Dictionary<string, ImmutableArray<long?>> ends)
    {
        using var admin = KafkaAdminClient.Create(settings, "consumer-groups", _logger);
        var groups = ImmutableArray.CreateBuilder<ConsumerGroup>();
        var unread = ImmutableArray.CreateBuilder<string>();
        var (listed, isComplete) = await ListAsync(admin);
        if (!isComplete)
            unread.Add("consumer groups of a broker that does not answer");
        // One coordinator that is away delays no other's groups.
        foreach (var (id, description, committed) in await Task.WhenAll(listed.Order(StringComparer.Ordinal).Select(group => ReadAsync(admin, group))))
        {
            if (description is null || committed is null)
                unread.Add($"consumer group {id}");
            else if (ConsumerGroup.From(description, committed, ends) is { } group)
                groups.Add(group);
        }
        return new ConsumerGroups(groups.ToImmutable(), unread.ToImmutable());
    }

    private async Task<(string Id, ConsumerGroupDescription? Description, IReadOnlyList<TopicPartitionOffsetError>? Committed)> ReadAsync(IAdminClient admin, string group)
    {
        var description = await DescribeAsync(admin, group);
        return (group, description, description is null ? null : await ReadPositionsAsync(admin, group));
    }

    private async Task<(IReadOnlyList<string> Ids, bool IsComplete)> ListAsync(IAdminClient admin)
    {
        try
        {
            return (IdsOf((await admin.ListConsumerGroupsAsync(new ListConsumerGroupsOptions { RequestTimeout = RequestTimeout })).Valid), true);
        }
        catch (ListConsumerGroupsException e) when (e.Results.Valid.Count > 0)
        {
            // A broker is gone: the groups whose coordinators answer are known.
            LogUnlisted(string.Join("; ", e.Results.Errors.Select(error => error.Reason)));
            return (IdsOf(e.Results.Valid), false);
        }

        static IReadOnlyList<string> IdsOf(IEnumerable<ConsumerGroupListing> groups) => [.. groups.Select(group => group.GroupId)];
    }

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

    [LoggerMessage(Level = LogLevel.Debug, Message = "Some brokers do not list their groups: {Reasons}")]
    private partial void LogUnlisted(string reasons);
}
