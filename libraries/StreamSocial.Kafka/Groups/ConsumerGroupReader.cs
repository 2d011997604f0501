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
    /// <remarks>The client lives for one reading only: while it exists, the death of a coordinator can abort the process (librdkafka 2.15.1).</remarks>
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
        foreach (var description in (await DescribeAsync(admin, listed)).OrderBy(group => group.GroupId, StringComparer.Ordinal))
        {
            if (description.Error.IsError)
                LogUnread("membership", description.GroupId, description.Error.Reason);
            if (description.Error.IsError || await ReadPositionsAsync(admin, description.GroupId) is not { } committed)
                unread.Add($"consumer group {description.GroupId}");
            else if (ConsumerGroup.From(description, committed, ends) is { } group)
                groups.Add(group);
        }
        return new ConsumerGroups(groups.ToImmutable(), unread.ToImmutable());
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

    private static async Task<IReadOnlyList<ConsumerGroupDescription>> DescribeAsync(IAdminClient admin, IReadOnlyCollection<string> groups)
    {
        if (groups.Count == 0)
            return [];
        try
        {
            return (await admin.DescribeConsumerGroupsAsync(groups, new DescribeConsumerGroupsOptions { RequestTimeout = RequestTimeout })).ConsumerGroupDescriptions;
        }
        catch (DescribeConsumerGroupsException e)
        {
            return e.Results.ConsumerGroupDescriptions;
        }
    }

    /// <summary>Null when the group does not say; a position that is unknown alone has an error.</summary>
    private async Task<IReadOnlyList<TopicPartitionOffsetError>?> ReadPositionsAsync(IAdminClient admin, string group)
    {
        try
        {
            return (await admin.ListConsumerGroupOffsetsAsync(
                [new ConsumerGroupTopicPartitions(group, null)], new ListConsumerGroupOffsetsOptions { RequestTimeout = RequestTimeout }))[0].Partitions;
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
