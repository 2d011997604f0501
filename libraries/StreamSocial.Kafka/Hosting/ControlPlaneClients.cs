using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace StreamSocial.Kafka.Hosting;

/// <summary>
/// Clients of the control plane: tables, reports and decisions, that is, a few records a second. Aspire's client integration registers them, so they have its settings
/// section, health checks and metrics. The data plane, which needs many producers and manual assignment, builds its clients itself from the same settings.
/// </summary>
public static partial class ControlPlaneClients
{
    /// <summary>Adds a keyed <see cref="IConsumer{TKey,TValue}"/> that reads whole topics; see <see cref="KafkaClientSettings.CreateTableConsumerConfig"/>.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="topic">The topic that it will read; the key of the registration is <see cref="TableConsumerOf"/>.</param>
    /// <param name="isBusy">Whether many write to it all the time.</param>
    public static void AddTableConsumer(this IHostApplicationBuilder builder, string topic, bool isBusy = false)
    {
        var kafka = builder.GetKafka();
        builder.AddConsumer(TableConsumerOf(topic), kafka, kafka.CreateTableConsumerConfig(topic, isBusy));
    }

    /// <summary>Adds a keyed <see cref="IConsumer{TKey,TValue}"/> that is a member of a consumer group and reads what comes from now on.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="name">Key of the registration, and the client's id.</param>
    /// <param name="groupId">The group.</param>
    public static void AddGroupConsumer(this IHostApplicationBuilder builder, string name, string groupId)
    {
        var kafka = builder.GetKafka();
        var wanted = kafka.CreateConsumerConfig(name, groupId);
        wanted.AutoOffsetReset = AutoOffsetReset.Latest;
        builder.AddConsumer(name, kafka, wanted);
    }

    /// <summary>Adds a keyed <see cref="IProducer{TKey,TValue}"/> that keeps order and loses nothing; see <see cref="KafkaClientSettings.CreateProducerConfig"/>.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="name">Key of the registration, and the client's id.</param>
    public static void AddControlPlaneProducer(this IHostApplicationBuilder builder, string name)
    {
        var kafka = builder.GetKafka();
        builder.AddKeyedKafkaProducer<byte[]?, byte[]?>(
            name,
            settings => Complete(settings.Config, kafka, kafka.CreateProducerConfig(name)),
            (services, producer) => producer
                .SetErrorHandler(LogErrors<IProducer<byte[]?, byte[]?>>(services))
                .SetLogHandler(LogLines<IProducer<byte[]?, byte[]?>>(services)));
    }

    /// <summary>Key of the consumer of a topic's table.</summary>
    public static string TableConsumerOf(string topic) => $"table-{topic}";

    private static void AddConsumer(this IHostApplicationBuilder builder, string name, KafkaClientSettings kafka, ConsumerConfig wanted) => builder.AddKeyedKafkaConsumer<byte[]?, byte[]?>(
        name,
        settings => Complete(settings.Config, kafka, wanted),
        (services, consumer) => consumer
            .SetErrorHandler(LogErrors<IConsumer<byte[]?, byte[]?>>(services))
            .SetLogHandler(LogLines<IConsumer<byte[]?, byte[]?>>(services)));

    /// <summary>What Aspire has read from its sections stays, except what a guarantee rests on and what is set for every client.</summary>
    private static void Complete(ClientConfig config, KafkaClientSettings kafka, ClientConfig wanted)
    {
        foreach (var (key, value) in wanted)
        {
            if (KafkaOptionsValidator.IsFixed(key) || kafka.IsOfEveryClient(key) || config.FirstOrDefault(property => property.Key == key).Value is null)
                config.Set(key, value);
        }
    }

    /// <summary>librdkafka's own lines are for debugging; what matters of them is an error too.</summary>
    private static Action<TClient, LogMessage> LogLines<TClient>(IServiceProvider services)
    {
        var logger = Logger(services);
        return (_, message) => LogLine(logger, message.Name, message.Facility, message.Message);
    }

    private static ILogger Logger(IServiceProvider services) => services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ControlPlaneClients).FullName!);

    private static Action<TClient, Error> LogErrors<TClient>(IServiceProvider services)
    {
        var logger = Logger(services);
        return (client, error) => LogError(logger, (client as IClient)?.Name, error.Code, error.Reason);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Client} {Facility}: {Text}")]
    private static partial void LogLine(ILogger logger, string client, string facility, string text);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kafka client {Client}: {Code}: {Reason}")]
    private static partial void LogError(ILogger logger, string? client, ErrorCode code, string reason);
}
