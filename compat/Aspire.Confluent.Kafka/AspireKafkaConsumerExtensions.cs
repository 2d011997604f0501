using Aspire.Confluent.Kafka;
using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.Hosting;

public static class AspireKafkaConsumerExtensions
{
    private const string SectionName = "Aspire:Confluent:Kafka:Consumer";

    /// <summary>Adds a singleton <see cref="IConsumer{TKey,TValue}"/> for a connection string, and a health check.</summary>
    public static void AddKafkaConsumer<TKey, TValue>(this IHostApplicationBuilder builder, string connectionName) =>
        builder.AddKafkaConsumer<TKey, TValue>(connectionName, null, (Action<IServiceProvider, ConsumerBuilder<TKey, TValue>>?)null);

    public static void AddKafkaConsumer<TKey, TValue>(
        this IHostApplicationBuilder builder, string connectionName, Action<KafkaConsumerSettings>? configureSettings) =>
        builder.AddKafkaConsumer<TKey, TValue>(connectionName, configureSettings, (Action<IServiceProvider, ConsumerBuilder<TKey, TValue>>?)null);

    public static void AddKafkaConsumer<TKey, TValue>(
        this IHostApplicationBuilder builder, string connectionName, Action<ConsumerBuilder<TKey, TValue>>? configureBuilder) =>
        builder.AddKafkaConsumer<TKey, TValue>(connectionName, null, (_, consumer) => configureBuilder?.Invoke(consumer));

    /// <exception cref="InvalidOperationException">At resolution: there is no connection string.</exception>
    public static void AddKafkaConsumer<TKey, TValue>(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<KafkaConsumerSettings>? configureSettings,
        Action<IServiceProvider, ConsumerBuilder<TKey, TValue>>? configureBuilder)
    {
        var settings = Bind(builder.Configuration, connectionName);
        configureSettings?.Invoke(settings);
        if (settings.ConnectionString is not null)
            settings.Config.BootstrapServers = settings.ConnectionString;

        builder.Services.AddSingleton(services =>
        {
            if (string.IsNullOrEmpty(settings.Config.BootstrapServers))
                throw new InvalidOperationException($"There are no brokers for '{connectionName}': set ConnectionStrings:{connectionName} to host:port[,host:port…].");

            var consumer = new ConsumerBuilder<TKey, TValue>(settings.Config);
            configureBuilder?.Invoke(services, consumer);
            return consumer.Build();
        });
        if (!settings.DisableHealthChecks)
            builder.Services.AddHealthChecks().Add(KafkaHealthCheck.Registration($"Aspire.Confluent.Kafka.Consumer", settings.Config));
    }

    private static KafkaConsumerSettings Bind(IConfiguration configuration, string connectionName)
    {
        var settings = new KafkaConsumerSettings();
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
