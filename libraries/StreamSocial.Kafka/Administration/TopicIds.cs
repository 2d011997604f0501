using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;

namespace StreamSocial.Kafka.Administration;

/// <summary>Reads the ids of topics, which tell a topic from one of the same name that was made after it was deleted.</summary>
public sealed class TopicIds : IDisposable
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private readonly Lazy<IAdminClient> _admin;
    private Task _request = Task.CompletedTask;

    public TopicIds(KafkaClientSettings settings, ILogger<TopicIds> logger) => _admin = new(() => KafkaAdminClient.Create(settings, "topic-ids", logger));

    /// <summary>Reads the ids of some topics: 32 hexadecimal digits by name. One whose id the brokers do not tell is absent.</summary>
    /// <param name="topics">Their names.</param>
    /// <param name="cancellationToken">Cancels the wait, not the request.</param>
    /// <exception cref="KafkaException">The brokers did not answer.</exception>
    public async Task<IReadOnlyDictionary<string, string>> ReadAsync(IReadOnlyCollection<string> topics, CancellationToken cancellationToken)
    {
        var request = DescribeAsync(topics);
        _request = request;
        var described = await request.WaitAsync(cancellationToken);
        return described.Where(topic => !topic.Error.IsError && !IsZero(topic.TopicId)).ToDictionary(topic => topic.Name, topic => Text(topic.TopicId));
    }

    /// <summary>Waits for the end of a running request, because librdkafka crashes if a disposed client is used.</summary>
    public void Dispose()
    {
        // Its outcome was, or is, its caller's.
        _request.ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
        if (_admin.IsValueCreated)
            _admin.Value.DisposeOrLeave();
    }

    private async Task<IReadOnlyCollection<Confluent.Kafka.Admin.TopicDescription>> DescribeAsync(IReadOnlyCollection<string> topics)
    {
        try
        {
            return (await _admin.Value.DescribeTopicsAsync(TopicCollection.OfTopicNames(topics), new DescribeTopicsOptions { RequestTimeout = RequestTimeout })).TopicDescriptions;
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
