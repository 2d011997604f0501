using Aspire.Confluent.Kafka;
using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.Hosting;

/// <summary>Registers Kafka producers.</summary>
public static class AspireKafkaProducerExtensions
{
    private const string SectionName = "Aspire:Confluent:Kafka:Producer";
    private const string HealthCheckName = "Aspire.Confluent.Kafka.Producer";

    /// <summary>Adds a singleton <see cref="IProducer{TKey,TValue}"/> for a connection string, with a health check and metrics.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="connectionName">Name of the connection string, and of a part of the settings section.</param>
    public static void AddKafkaProducer<TKey, TValue>(this IHostApplicationBuilder builder, string connectionName) =>
        Add<TKey, TValue>(builder, null, null, connectionName, null);

    /// <inheritdoc cref="AddKafkaProducer{TKey,TValue}(IHostApplicationBuilder, string)"/>
    public static void AddKafkaProducer<TKey, TValue>(this IHostApplicationBuilder builder, string connectionName, Action<KafkaProducerSettings>? configureSettings) =>
        Add<TKey, TValue>(builder, configureSettings, null, connectionName, null);

    /// <inheritdoc cref="AddKafkaProducer{TKey,TValue}(IHostApplicationBuilder, string)"/>
    public static void AddKafkaProducer<TKey, TValue>(this IHostApplicationBuilder builder, string connectionName, Action<ProducerBuilder<TKey, TValue>>? configureBuilder) =>
        Add(builder, null, Wrap(configureBuilder), connectionName, null);

    /// <inheritdoc cref="AddKafkaProducer{TKey,TValue}(IHostApplicationBuilder, string)"/>
    public static void AddKafkaProducer<TKey, TValue>(
        this IHostApplicationBuilder builder, string connectionName, Action<KafkaProducerSettings>? configureSettings, Action<IServiceProvider, ProducerBuilder<TKey, TValue>>? configureBuilder) =>
        Add(builder, configureSettings, configureBuilder, connectionName, null);

    /// <summary>Adds a keyed singleton <see cref="IProducer{TKey,TValue}"/>, with a health check and metrics.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">Key of the service, name of the connection string, and of a part of the settings section.</param>
    public static void AddKeyedKafkaProducer<TKey, TValue>(this IHostApplicationBuilder builder, string name) =>
        Add<TKey, TValue>(builder, null, null, name, name);

    /// <inheritdoc cref="AddKeyedKafkaProducer{TKey,TValue}(IHostApplicationBuilder, string)"/>
    public static void AddKeyedKafkaProducer<TKey, TValue>(this IHostApplicationBuilder builder, string name, Action<KafkaProducerSettings>? configureSettings) =>
        Add<TKey, TValue>(builder, configureSettings, null, name, name);

    /// <inheritdoc cref="AddKeyedKafkaProducer{TKey,TValue}(IHostApplicationBuilder, string)"/>
    public static void AddKeyedKafkaProducer<TKey, TValue>(
        this IHostApplicationBuilder builder, string name, Action<KafkaProducerSettings>? configureSettings, Action<IServiceProvider, ProducerBuilder<TKey, TValue>>? configureBuilder) =>
        Add(builder, configureSettings, configureBuilder, name, name);

    private static void Add<TKey, TValue>(
        IHostApplicationBuilder builder, Action<KafkaProducerSettings>? configureSettings, Action<IServiceProvider, ProducerBuilder<TKey, TValue>>? configureBuilder, string connectionName, string? serviceKey)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(connectionName);

        var settings = new KafkaProducerSettings();
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

    private static IProducer<TKey, TValue> Build<TKey, TValue>(IServiceProvider services, KafkaProducerSettings settings, Action<IServiceProvider, ProducerBuilder<TKey, TValue>>? configureBuilder)
    {
        settings.Validate();
        var client = new ProducerBuilder<TKey, TValue>(settings.Config);
        configureBuilder?.Invoke(services, client);
        KafkaClients.SetUnlessSet(() => client.SetLogHandler(KafkaClients.LogTo<IProducer<TKey, TValue>>(services)));
        if (!settings.DisableMetrics)
        {
            var statistics = services.GetRequiredService<KafkaStatistics>();
            KafkaClients.SetUnlessSet(() => client.SetStatisticsHandler((_, json) => statistics.Record(json)));
        }

        return client.Build();
    }

    private static Action<IServiceProvider, ProducerBuilder<TKey, TValue>>? Wrap<TKey, TValue>(Action<ProducerBuilder<TKey, TValue>>? configure) =>
        configure is null ? null : (_, client) => configure(client);
}
