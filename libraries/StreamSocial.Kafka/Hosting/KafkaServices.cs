using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamSocial.Kafka.Administration;
using StreamSocial.Kafka.Lag;
using StreamSocial.Kafka.Tables;

namespace StreamSocial.Kafka.Hosting;

/// <summary>Registers Kafka in a service.</summary>
public static class KafkaServices
{
    public const string ConnectionName = "kafka";

    /// <summary>
    /// Adds <see cref="KafkaOptions"/> (validated at start), <see cref="KafkaClientSettings"/> from <c>ConnectionStrings:kafka</c>,
    /// <see cref="TopicAdministrator"/> and <see cref="LogEndReader"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The connection string is missing.</exception>
    public static IServiceCollection AddStreamSocialKafka(this IServiceCollection services, IConfiguration configuration)
    {
        var brokers = configuration.GetConnectionString(ConnectionName);
        if (string.IsNullOrWhiteSpace(brokers))
        {
            throw new InvalidOperationException(
                "No Kafka brokers are configured: set ConnectionStrings:kafka (environment ConnectionStrings__kafka) to host:port[,host:port…], or start the service through the AppHost, which does.");
        }

        services.AddOptionsWithValidateOnStart<KafkaOptions>().Bind(configuration.GetSection(KafkaOptions.SectionName));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<KafkaOptions>, KafkaOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new KafkaClientSettings(brokers, provider.GetRequiredService<IOptions<KafkaOptions>>().Value));
        services.TryAddSingleton<TopicAdministrator>();
        services.TryAddSingleton<LogEndReader>();
        return services;
    }

    /// <summary>Adds a <see cref="TopicTable{TKey, TValue}"/> that reads a single-partition topic from start to stop of the service.</summary>
    public static IServiceCollection AddTopicTable<TKey, TValue>(
        this IServiceCollection services, string topic, Func<byte[], TKey> readKey, Func<byte[], TValue> readValue)
        where TKey : notnull
    {
        services.TryAddSingleton(provider => new TopicTable<TKey, TValue>(
            topic, readKey, readValue,
            provider.GetRequiredService<KafkaClientSettings>(),
            provider.GetRequiredService<ILogger<TopicTable<TKey, TValue>>>()));
        return services.AddHostedService(provider => provider.GetRequiredService<TopicTable<TKey, TValue>>());
    }
}
