using Aspire.Confluent.Kafka;
using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.Hosting;

/// <summary>Registers Kafka consumers.</summary>
public static class AspireKafkaConsumerExtensions
{
    private const string SectionName = "Aspire:Confluent:Kafka:Consumer";
    private const string HealthCheckName = "Aspire.Confluent.Kafka.Consumer";

    /// <summary>Adds a singleton <see cref="IConsumer{TKey,TValue}"/> for a connection string, with a health check and metrics.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="connectionName">Name of the connection string, and of a part of the settings section.</param>
    public static void AddKafkaConsumer<TKey, TValue>(this IHostApplicationBuilder builder, string connectionName) =>
        Add<TKey, TValue>(builder, null, null, connectionName, null);

    /// <inheritdoc cref="AddKafkaConsumer{TKey,TValue}(IHostApplicationBuilder, string)"/>
    public static void AddKafkaConsumer<TKey, TValue>(this IHostApplicationBuilder builder, string connectionName, Action<KafkaConsumerSettings>? configureSettings) =>
        Add<TKey, TValue>(builder, configureSettings, null, connectionName, null);

    /// <inheritdoc cref="AddKafkaConsumer{TKey,TValue}(IHostApplicationBuilder, string)"/>
    public static void AddKafkaConsumer<TKey, TValue>(this IHostApplicationBuilder builder, string connectionName, Action<ConsumerBuilder<TKey, TValue>>? configureBuilder) =>
        Add(builder, null, Wrap(configureBuilder), connectionName, null);

    /// <inheritdoc cref="AddKafkaConsumer{TKey,TValue}(IHostApplicationBuilder, string)"/>
    public static void AddKafkaConsumer<TKey, TValue>(
        this IHostApplicationBuilder builder, string connectionName, Action<KafkaConsumerSettings>? configureSettings, Action<IServiceProvider, ConsumerBuilder<TKey, TValue>>? configureBuilder) =>
        Add(builder, configureSettings, configureBuilder, connectionName, null);

    /// <summary>Adds a keyed singleton <see cref="IConsumer{TKey,TValue}"/>, with a health check and metrics.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">Key of the service, name of the connection string, and of a part of the settings section.</param>
    public static void AddKeyedKafkaConsumer<TKey, TValue>(this IHostApplicationBuilder builder, string name) =>
        Add<TKey, TValue>(builder, null, null, name, name);

    /// <inheritdoc cref="AddKeyedKafkaConsumer{TKey,TValue}(IHostApplicationBuilder, string)"/>
    public static void AddKeyedKafkaConsumer<TKey, TValue>(this IHostApplicationBuilder builder, string name, Action<KafkaConsumerSettings>? configureSettings) =>
        Add<TKey, TValue>(builder, configureSettings, null, name, name);

    /// <inheritdoc cref="AddKeyedKafkaConsumer{TKey,TValue}(IHostApplicationBuilder, string)"/>
    public static void AddKeyedKafkaConsumer<TKey, TValue>(
        this IHostApplicationBuilder builder, string name, Action<KafkaConsumerSettings>? configureSettings, Action<IServiceProvider, ConsumerBuilder<TKey, TValue>>? configureBuilder) =>
        Add(builder, configureSettings, configureBuilder, name, name);

    private static void Add<TKey, TValue>(
        IHostApplicationBuilder builder, Action<KafkaConsumerSettings>? configureSettings, Action<IServiceProvider, ConsumerBuilder<TKey, TValue>>? configureBuilder, string connectionName, string? serviceKey)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(connectionName);

        var settings = new KafkaConsumerSettings();
        KafkaClients.Bind(builder, SectionName, connectionName, settings, settings.Config, (bound, brokers) => bound.ConnectionString = brokers);
        configureSettings?.Invoke(settings);
        settings.Consolidate();
        if (serviceKey is null)
            builder.Services.AddSingleton(services => Build(services, settings, configureBuilder));
        else
            builder.Services.AddKeyedSingleton(serviceKey, (services, _) => Build(services, settings, configureBuilder));
        KafkaClients.AddObservation(
            builder, serviceKey is null ? HealthCheckName : $"{HealthCheckName}_{serviceKey}", settings.Config, settings.DisableMetrics, settings.DisableHealthChecks);
    }

    private static IConsumer<TKey, TValue> Build<TKey, TValue>(IServiceProvider services, KafkaConsumerSettings settings, Action<IServiceProvider, ConsumerBuilder<TKey, TValue>>? configureBuilder)
    {
        settings.Validate();
        var client = new ConsumerBuilder<TKey, TValue>(settings.Config);
        configureBuilder?.Invoke(services, client);
        KafkaClients.SetUnlessSet(() => client.SetLogHandler(KafkaClients.LogTo<IConsumer<TKey, TValue>>(services)));
        if (!settings.DisableMetrics)
        {
            var statistics = services.GetRequiredService<KafkaStatistics>();
            KafkaClients.SetUnlessSet(() => client.SetStatisticsHandler((_, json) => statistics.Record(json)));
        }

        return client.Build();
    }

    private static Action<IServiceProvider, ConsumerBuilder<TKey, TValue>>? Wrap<TKey, TValue>(Action<ConsumerBuilder<TKey, TValue>>? configure) =>
        configure is null ? null : (_, client) => configure(client);
}
