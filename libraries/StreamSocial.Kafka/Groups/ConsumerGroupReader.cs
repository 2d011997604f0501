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

    /// <summary>Reads them, by id. A group that does not answer for itself is left out and logged.</summary>
    /// <param name="topics">The topics, read a moment ago.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null on the embedded cluster, which does not list groups.</returns>
    /// <exception cref="KafkaException">No broker lists its groups.</exception>
    /// <remarks>The client lives for one reading only: while it exists, the death of a coordinator can abort the process (librdkafka 2.15.1).</remarks>
    public async Task<ImmutableArray<ConsumerGroup>?> ReadAsync(TopicsReading topics, CancellationToken cancellationToken)
    {
        if (settings.IsEmbedded)
            return null;
        var ends = topics.Topics.Where(topic => topic.Partitions > 0).ToDictionary(topic => topic.Spec.Name, topic => topic.Ranges.Select(range => range.NextOffset).ToImmutableArray(), StringComparer.Ordinal);
        // Not cancelled by its caller's token: a client that is disposed under a request crashes.
        return await Task.Run(() => ReadAsync(ends), CancellationToken.None).WaitAsync(cancellationToken);
    }

    private async Task<ImmutableArray<ConsumerGroup>?> ReadAsync(Dictionary<string, ImmutableArray<long?>> ends)
    {
        using var admin = KafkaAdminClient.Create(settings, "consumer-groups", _logger);
        var listed = await ListAsync(admin);
        if (listed.Count == 0)
            return [];
        var groups = ImmutableArray.CreateBuilder<ConsumerGroup>();
        foreach (var description in (await DescribeAsync(admin, listed)).Where(group => !group.Error.IsError).OrderBy(group => group.GroupId, StringComparer.Ordinal))
        {
            if (await ReadPositionsAsync(admin, description.GroupId) is { } committed && ConsumerGroup.From(description, committed, ends) is { } group)
                groups.Add(group);
        }
        return groups.ToImmutable();
    }

    private static async Task<List<string>> ListAsync(IAdminClient admin)
    {
        try
        {
            var listed = await admin.ListConsumerGroupsAsync(new ListConsumerGroupsOptions { RequestTimeout = RequestTimeout });
            return [.. listed.Valid.Select(group => group.GroupId)];
        }
        catch (ListConsumerGroupsException e) when (e.Results.Valid.Count > 0)
        {
            // A broker is gone: the groups whose coordinators answer are known.
            return [.. e.Results.Valid.Select(group => group.GroupId)];
        }
    }

    private static async Task<IReadOnlyList<ConsumerGroupDescription>> DescribeAsync(IAdminClient admin, IReadOnlyCollection<string> groups)
    {
        try
        {
            return (await admin.DescribeConsumerGroupsAsync(groups, new DescribeConsumerGroupsOptions { RequestTimeout = RequestTimeout })).ConsumerGroupDescriptions;
        }
        catch (DescribeConsumerGroupsException e)
        {
            return e.Results.ConsumerGroupDescriptions;
        }
    }

    private async Task<IEnumerable<TopicPartitionOffset>?> ReadPositionsAsync(IAdminClient admin, string group)
    {
        try
        {
            var listed = await admin.ListConsumerGroupOffsetsAsync(
                [new ConsumerGroupTopicPartitions(group, null)], new ListConsumerGroupOffsetsOptions { RequestTimeout = RequestTimeout });
            return listed[0].Partitions.Where(position => !position.Error.IsError).Select(position => position.TopicPartitionOffset);
        }
        catch (KafkaException e)
        {
            LogUnread(group, e.Error.Reason);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The positions of group {Group} cannot be read: {Reason}")]
    private partial void LogUnread(string group, string reason);
}
