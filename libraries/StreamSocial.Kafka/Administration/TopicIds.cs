using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;

namespace StreamSocial.Kafka.Administration;

/// <summary>Reads the ids of topics, which tell a topic from one of the same name that was made after it was deleted.</summary>
public sealed class TopicIds : IDisposable
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private readonly IAdminClient _admin;

    public TopicIds(KafkaClientSettings settings, ILogger<TopicIds> logger) => _admin = KafkaAdminClient.Create(settings, "topic-ids", logger);

    /// <summary>Reads the ids of some topics: 32 hexadecimal digits by name. One whose id the brokers do not tell is absent.</summary>
    /// <exception cref="KafkaException">The brokers did not answer.</exception>
    public async Task<IReadOnlyDictionary<string, string>> ReadAsync(IReadOnlyCollection<string> topics, CancellationToken cancellationToken)
    {
        // A request cannot be cancelled, and the client must not be disposed under it; so a caller that cancels disposes only after its timeout.
        var request = DescribeAsync(topics);
        var described = await request.WaitAsync(cancellationToken);
        return described.Where(topic => !topic.Error.IsError && !IsZero(topic.TopicId)).ToDictionary(topic => topic.Name, topic => Text(topic.TopicId));
    }

    public void Dispose() => _admin.Dispose();

    private async Task<IReadOnlyCollection<Confluent.Kafka.Admin.TopicDescription>> DescribeAsync(IReadOnlyCollection<string> topics)
    {
        try
        {
            return (await _admin.DescribeTopicsAsync(TopicCollection.OfTopicNames(topics), new DescribeTopicsOptions { RequestTimeout = RequestTimeout })).TopicDescriptions;
        }
        catch (DescribeTopicsException e)
        {
            // Of some: the others are described.
            return e.Results.TopicDescriptions;
        }
    }

    private static bool IsZero(Uuid id) => id.MostSignificantBits == 0 && id.LeastSignificantBits == 0;

    private static string Text(Uuid id) => $"{id.MostSignificantBits:x16}{id.LeastSignificantBits:x16}";
}
