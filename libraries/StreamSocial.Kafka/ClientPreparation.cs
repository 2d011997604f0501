using System.Diagnostics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamSocial.Kafka;

/// <summary>
/// Has clients find the brokers and the partitions before they need them. Otherwise the first records wait for that, one question after the other, and busy
/// brokers take long for each.
/// </summary>
public static partial class ClientPreparation
{
    /// <summary>Longest time for one topic.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Keeps a connection to every broker from the beginning, instead of making each when something is sent there. Where brokers are so many that this is too much,
    /// <c>Kafka:Client:enable.sparse.connections=true</c> takes it back.
    /// </summary>
    public static void ConnectToAll(this ClientConfig config) => config.Set("enable.sparse.connections", "false");

    /// <summary>Has a client learn where topics are; waits for the brokers. If they do not answer, that is logged, and the first records wait for it.</summary>
    /// <param name="client">The client.</param>
    /// <param name="topics">The topics that it is going to read or write; they exist.</param>
    /// <param name="until">Timestamp of <see cref="Stopwatch"/> behind which nothing more is waited for: what is left, the first records wait for.</param>
    /// <param name="logger">Says what went wrong.</param>
    public static void Learn(this IClient client, IEnumerable<string> topics, long until, ILogger logger)
    {
        using var admin = new DependentAdminClientBuilder(client.Handle).Build();
        try
        {
            foreach (var topic in topics)
                admin.GetMetadata(topic, Rest(until));
        }
        catch (KafkaException e)
        {
            LogNotPrepared(logger, client.Name, e.Error.Code, e.Error.Reason);
        }
    }

    /// <summary>librdkafka waits for ever when it is given less than nothing.</summary>
    private static TimeSpan Rest(long until) =>
        TimeSpan.FromTicks(Math.Clamp(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), until).Ticks, 0, Timeout.Ticks));

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Client} does not know yet where partitions are ({Code}: {Reason}); its first records wait until it does")]
    private static partial void LogNotPrepared(ILogger logger, string client, ErrorCode code, string reason);
}
