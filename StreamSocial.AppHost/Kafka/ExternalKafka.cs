using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Sources;

namespace StreamSocial.AppHost.Kafka;

internal static class ExternalKafka
{
    /// <summary>Uses the cluster of <c>ConnectionStrings:kafka</c>, which must answer now.</summary>
    /// <exception cref="KafkaSourceException">It does not answer in time, or a client property is wrong.</exception>
    public static IResourceBuilder<IResourceWithConnectionString> AddExternalKafka(this IDistributedApplicationBuilder builder, KafkaSourceOptions options)
    {
        var brokers = builder.Configuration.GetConnectionString(KafkaExtensions.ConnectionName)!;
        var clientOptions = new KafkaOptions();
        builder.Configuration.GetSection(KafkaOptions.SectionName).Bind(clientOptions);
        var validation = new KafkaOptionsValidator().Validate(null, clientOptions);
        if (validation.Failed)
            throw new KafkaSourceException(string.Join(' ', validation.Failures!));

        Check(new KafkaClientSettings(brokers, clientOptions), options.ExternalTimeout);
        return builder.AddConnectionString(KafkaExtensions.ConnectionName, ReferenceExpression.Create($"{brokers}"));
    }

    private static void Check(KafkaClientSettings settings, TimeSpan timeout)
    {
        string? lastError = null;
        try
        {
            using var admin = new AdminClientBuilder(settings.CreateAdminConfig("apphost"))
                .SetLogHandler((_, _) => { })
                .SetErrorHandler((_, error) => lastError = error.Reason)
                .Build();
            admin.GetMetadata(timeout);
        }
        catch (KafkaException e)
        {
            throw new KafkaSourceException(
                $"The Kafka cluster at {settings.BootstrapServers} does not answer within {timeout.TotalSeconds:0} s ({lastError ?? e.Error.Reason}): correct ConnectionStrings:kafka or Kafka:Client, start the cluster, or use another Kafka:Source.", e);
        }
        catch (InvalidOperationException e)
        {
            // librdkafka refuses a property while the client is built.
            throw new KafkaSourceException($"Kafka:Client has a property that librdkafka refuses: {e.Message}", e);
        }
    }
}
