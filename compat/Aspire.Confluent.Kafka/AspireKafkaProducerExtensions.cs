using Aspire.Confluent.Kafka;
using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.Hosting;

public static class AspireKafkaProducerExtensions
{
    private const string SectionName = "Aspire:Confluent:Kafka:Producer";

    /// <summary>Adds a singleton <see cref="IProducer{TKey,TValue}"/> for a connection string, and a health check.</summary>
    public static void AddKafkaProducer<TKey, TValue>(this IHostApplicationBuilder builder, string connectionName) =>
        builder.AddKafkaProducer<TKey, TValue>(connectionName, null, (Action<IServiceProvider, ProducerBuilder<TKey, TValue>>?)null);

    public static void AddKafkaProducer<TKey, TValue>(
        this IHostApplicationBuilder builder, string connectionName, Action<KafkaProducerSettings>? configureSettings) =>
        builder.AddKafkaProducer<TKey, TValue>(connectionName, configureSettings, (Action<IServiceProvider, ProducerBuilder<TKey, TValue>>?)null);

    public static void AddKafkaProducer<TKey, TValue>(
        this IHostApplicationBuilder builder, string connectionName, Action<ProducerBuilder<TKey, TValue>>? configureBuilder) =>
        builder.AddKafkaProducer<TKey, TValue>(connectionName, null, (_, producer) => configureBuilder?.Invoke(producer));

    /// <exception cref="InvalidOperationException">At resolution: there is no connection string.</exception>
    public static void AddKafkaProducer<TKey, TValue>(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<KafkaProducerSettings>? configureSettings,
        Action<IServiceProvider, ProducerBuilder<TKey, TValue>>? configureBuilder)
    {
        var settings = Bind(builder.Configuration, connectionName);
        configureSettings?.Invoke(settings);
        if (settings.ConnectionString is not null)
            settings.Config.BootstrapServers = settings.ConnectionString;

        builder.Services.AddSingleton(services =>
        {
            if (string.IsNullOrEmpty(settings.Config.BootstrapServers))
                throw new InvalidOperationException($"There are no brokers for '{connectionName}': set ConnectionStrings:{connectionName} to host:port[,host:port…].");

            var producer = new ProducerBuilder<TKey, TValue>(settings.Config);
            configureBuilder?.Invoke(services, producer);
            return producer.Build();
        });
        if (!settings.DisableHealthChecks)
            builder.Services.AddHealthChecks().Add(KafkaHealthCheck.Registration($"Aspire.Confluent.Kafka.Producer", settings.Config));
    }

    private static KafkaProducerSettings Bind(IConfiguration configuration, string connectionName)
    {
        var settings = new KafkaProducerSettings();
        var section = configuration.GetSection(SectionName);
        foreach (var source in new[] { section, section.GetSection(connectionName) })
        {
            source.Bind(settings);
            source.GetSection(nameof(settings.Config)).Bind(settings.Config);
        }

        if (configuration.GetConnectionString(connectionName) is { } brokers)
            settings.ConnectionString = brokers;

        return settings;
    }
}
