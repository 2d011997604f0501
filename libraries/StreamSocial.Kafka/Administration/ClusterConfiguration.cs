using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;

namespace StreamSocial.Kafka.Administration;

/// <summary>What the brokers and some topics are set to.</summary>
/// <param name="Brokers">By broker id: its settings by name.</param>
/// <param name="Topics">By name, for those that exist.</param>
public sealed record ClusterConfiguration(IReadOnlyDictionary<int, IReadOnlyDictionary<string, string>> Brokers, IReadOnlyDictionary<string, TopicConfiguration> Topics)
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Reads it; null when this client may not.</summary>
    /// <exception cref="KafkaException">The cluster did not answer.</exception>
    public static async Task<ClusterConfiguration?> ReadAsync(
        KafkaClientSettings settings, IReadOnlyCollection<string> topics, ILogger logger, CancellationToken cancellationToken)
    {
        using var admin = KafkaAdminClient.Create(settings, "cluster-configuration", logger);
        // All topics are requested, because a request for one by name may create it.
        var metadata = await Task.Run(() => admin.GetMetadata(RequestTimeout), cancellationToken);
        var existing = metadata.Topics.Where(topic => topic.Partitions.Count > 0 && topics.Contains(topic.Topic)).ToDictionary(topic => topic.Topic, StringComparer.Ordinal);
        try
        {
            var options = new DescribeConfigsOptions { RequestTimeout = RequestTimeout };
            var brokers = new Dictionary<int, IReadOnlyDictionary<string, string>>();
            foreach (var broker in metadata.Brokers)
            {
                // A broker answers for itself alone, and librdkafka takes one of them a request.
                var own = await admin.DescribeConfigsAsync([Resource(ResourceType.Broker, broker.BrokerId.ToString(CultureInfo.InvariantCulture))], options).WaitAsync(cancellationToken);
                brokers[broker.BrokerId] = ValuesOf(own[0]);
            }
            var described = existing.Count == 0 ? [] : await TopicSettings.DescribeAsync(admin, existing.Keys, RequestTimeout).WaitAsync(cancellationToken);
            return new ClusterConfiguration(
                brokers,
                described.ToDictionary(
                    topic => topic.ConfigResource.Name,
                    topic => new TopicConfiguration(
                        existing[topic.ConfigResource.Name].Partitions.Min(partition => partition.Replicas.Length),
                        ValuesOf(topic),
                        topic.Entries.Values.Where(entry => entry.Source == ConfigSource.DynamicTopicConfig).Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal)),
                    StringComparer.Ordinal));
        }
        catch (DescribeConfigsException e) when (IsRefusal(e.Error) || e.Results.Exists(result => IsRefusal(result.Error)))
        {
            return null;
        }
    }

    internal static bool IsRefusal(Error error) => error.Code is ErrorCode.ClusterAuthorizationFailed or ErrorCode.TopicAuthorizationFailed;

    private static ConfigResource Resource(ResourceType type, string name) => new() { Type = type, Name = name };

    private static Dictionary<string, string> ValuesOf(DescribeConfigsResult resource) =>
        resource.Entries.Values.Where(entry => entry.Value is not null).ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal);
}

/// <summary>What a topic is set to.</summary>
/// <param name="ReplicationFactor">Copies of a partition (the fewest of any).</param>
/// <param name="Values">Its settings by name.</param>
/// <param name="Own">The names of those that were set for this topic; the others are its brokers'.</param>
public sealed record TopicConfiguration(int ReplicationFactor, IReadOnlyDictionary<string, string> Values, IReadOnlySet<string> Own);
