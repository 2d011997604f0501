using Aspire.Hosting.ApplicationModel;
using Confluent.Kafka;
using StreamSocial.Hosting.Kafka.Sources;
using StreamSocial.Kafka;

namespace StreamSocial.Hosting.Kafka.External;

/// <summary>The brokers of a cluster that runs already, as it names them at the start. They are shown, not commanded.</summary>
internal static class ExternalBrokers
{
    /// <exception cref="KafkaSourceException">The cluster does not answer in time.</exception>
    public static void AddExternalBrokers(this IResourceBuilder<KafkaClusterResource> cluster, string bootstrapServers, KafkaOptions clients, TimeSpan timeout)
    {
        var brokers = FindBrokers(new KafkaClientSettings(bootstrapServers, clients), timeout)
            .OrderBy(broker => broker.BrokerId)
            .Select(broker => cluster.AddBroker(broker.BrokerId, $"{broker.Host}:{broker.Port}"))
            .ToArray();
        cluster.Resource.SetBrokers(brokers.Select(broker => broker.Resource), ReferenceExpression.Create($"{bootstrapServers}"));
    }

    private static List<BrokerMetadata> FindBrokers(KafkaClientSettings settings, TimeSpan timeout)
    {
        string? lastError = null;
        try
        {
            using var admin = new AdminClientBuilder(settings.CreateAdminConfig("apphost"))
                .SetLogHandler((_, _) => { })
                .SetErrorHandler((_, error) => lastError = error.Reason)
                .Build();
            return admin.GetMetadata(timeout).Brokers;
        }
        catch (KafkaException e)
        {
            throw new KafkaSourceException(
                $"The Kafka cluster at {settings.BootstrapServers} does not answer within {timeout.TotalSeconds:0} s ({lastError ?? e.Error.Reason}): correct ConnectionStrings:kafka or Kafka:Client, start the cluster, or use another Kafka:Source.", e);
        }
    }
}
