using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka.Administration;
using StreamSocial.Kafka.Lag;
using StreamSocial.Kafka.Tables;

namespace StreamSocial.Kafka.Hosting;

/// <summary>Registers Kafka in a service.</summary>
public static class KafkaServices
{
    public const string ConnectionName = "kafka";
    public const string ProfileKey = "Topology:Profile";

    /// <summary>
    /// Adds <see cref="KafkaOptions"/> (validated at start), <see cref="KafkaClientSettings"/> from <c>ConnectionStrings:kafka</c>, the
    /// <see cref="TopicCatalog"/> of <c>Topology:Profile</c> (default full), <see cref="TopicAdministrator"/> and <see cref="LogEndReader"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The connection string is missing, or the profile is unknown.</exception>
    public static IServiceCollection AddStreamSocialKafka(this IServiceCollection services, IConfiguration configuration)
    {
        var brokers = configuration.GetConnectionString(ConnectionName);
        if (string.IsNullOrWhiteSpace(brokers))
        {
            throw new InvalidOperationException(
                "No Kafka brokers are configured: set ConnectionStrings:kafka (environment ConnectionStrings__kafka) to host:port[,host:port…], or start the service through the AppHost, which does.");
        }

        var catalog = TopicCatalog.For(ReadProfile(configuration));
        services.AddOptionsWithValidateOnStart<KafkaOptions>().Bind(configuration.GetSection(KafkaOptions.SectionName));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<KafkaOptions>, KafkaOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new KafkaClientSettings(brokers, provider.GetRequiredService<IOptions<KafkaOptions>>().Value));
        services.TryAddSingleton(catalog);
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

    private static TopologyProfile ReadProfile(IConfiguration configuration)
    {
        var text = configuration[ProfileKey];
        if (string.IsNullOrWhiteSpace(text))
            return TopologyProfile.Full;
        return Enum.TryParse<TopologyProfile>(text, ignoreCase: true, out var profile) && Enum.IsDefined(profile)
            ? profile
            : throw new InvalidOperationException($"{ProfileKey} is '{text}'; use full or small.");
    }
}
