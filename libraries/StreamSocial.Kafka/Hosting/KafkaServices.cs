using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamSocial.Kafka.Administration;
using StreamSocial.Kafka.Lag;
using StreamSocial.Kafka.Limits;
using StreamSocial.Kafka.Statistics;
using StreamSocial.Kafka.Tables;

namespace StreamSocial.Kafka.Hosting;

/// <summary>Registers Kafka in a service.</summary>
public static class KafkaServices
{
    public const string ConnectionName = "kafka";

    /// <summary>
    /// Adds <see cref="KafkaOptions"/> (validated at start), <see cref="KafkaClientSettings"/> from <c>ConnectionStrings:kafka</c>,
    /// <see cref="RecordLimits"/>, <see cref="TopicAdministrator"/> and <see cref="LogEndReader"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The connection string is missing.</exception>
    public static void AddStreamSocialKafka(this IHostApplicationBuilder builder)
    {
        var (services, configuration) = (builder.Services, builder.Configuration);
        var brokers = builder.GetBrokers();
        services.AddOptionsWithValidateOnStart<KafkaOptions>()
            .Bind(configuration.GetSection(KafkaOptions.SectionName))
            .Configure(options => options.ReadAspire(configuration));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<KafkaOptions>, KafkaOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new KafkaClientSettings(brokers, provider.GetRequiredService<IOptions<KafkaOptions>>().Value)
        {
            Metrics = provider.GetService<KafkaClientMetrics>(),
        });
        services.TryAddSingleton<RecordLimits>();
        services.TryAddSingleton<TopicAdministrator>();
        services.TryAddSingleton<LogEndReader>();
    }

    /// <summary>Adds the metrics of the clients that this service builds itself; those that Aspire registers have their own.</summary>
    public static void AddKafkaClientMetrics(this IHostApplicationBuilder builder)
    {
        builder.Services.AddMetrics();
        builder.Services.TryAddSingleton<KafkaClientMetrics>();
    }

    /// <summary>Adds a <see cref="TopicTable{TKey, TValue}"/> that reads a single-partition topic from start to stop of the service.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="readKey">Reads a key.</param>
    /// <param name="readValue">Reads a value, given its key and when the log took it. What it throws makes the record a skipped one.</param>
    /// <param name="isBusy">Whether many write to it all the time.</param>
    public static void AddTopicTable<TKey, TValue>(
        this IHostApplicationBuilder builder, string topic, Func<byte[], TKey> readKey, Func<TKey, byte[], DateTimeOffset, TValue> readValue, bool isBusy = false)
        where TKey : notnull
    {
        builder.AddTableConsumer(topic, isBusy);
        builder.Services.TryAddSingleton(provider => new TopicTable<TKey, TValue>(
            topic, readKey, readValue,
            provider.GetRequiredKeyedService<IConsumer<byte[]?, byte[]?>>(ControlPlaneClients.TableConsumerOf(topic)),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<TopicTable<TKey, TValue>>>()));
        builder.Services.AddHostedService(provider => provider.GetRequiredService<TopicTable<TKey, TValue>>());
    }

    /// <summary>The settings while the service is still composed; they are checked at start.</summary>
    internal static KafkaClientSettings GetKafka(this IHostApplicationBuilder builder) => new(builder.GetBrokers(), KafkaOptions.From(builder.Configuration));

    private static string GetBrokers(this IHostApplicationBuilder builder) =>
        builder.Configuration.GetConnectionString(ConnectionName) is { } brokers && !string.IsNullOrWhiteSpace(brokers)
            ? brokers
            : throw new InvalidOperationException(
                "No Kafka brokers are configured: set ConnectionStrings:kafka (environment ConnectionStrings__kafka) to host:port[,host:port…], or start the service through the AppHost, which does.");
}
