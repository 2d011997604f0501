using Microsoft.Extensions.DependencyInjection;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka.Embedded;

namespace StreamSocial.AppHost.Kafka;

internal static class EmbeddedKafka
{
    /// <summary>Starts three brokers in this process, with all topics.</summary>
    public static IResourceBuilder<IResourceWithConnectionString> AddEmbeddedKafka(this IDistributedApplicationBuilder builder, TopologyProfile profile)
    {
        var cluster = EmbeddedKafkaCluster.Start();
        cluster.CreateTopics(StreamSocialTopics.For(profile).Topics);
        builder.OwnUntilTheEnd(cluster);
        return builder.AddConnectionString(KafkaExtensions.ConnectionName, ReferenceExpression.Create($"{cluster.BootstrapServers}"));
    }

    /// <summary>Disposes of something after all services have stopped.</summary>
    public static void OwnUntilTheEnd<T>(this IDistributedApplicationBuilder builder, T owned)
        where T : class, IDisposable
    {
        // A container disposes only of what it has made, and makes only what is asked for.
        builder.Services.AddSingleton(_ => owned);
        builder.OnBeforeStart((start, _) =>
        {
            start.Services.GetRequiredService<T>();
            return Task.CompletedTask;
        });
    }
}
