using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StreamSocial.Topics;
using StreamSocial.Hosting.Kafka.Containers;
using StreamSocial.Hosting.Kafka.Embedded;
using StreamSocial.Hosting.Kafka.External;
using StreamSocial.Hosting.Kafka.Health;
using StreamSocial.Hosting.Kafka.Processes;
using StreamSocial.Hosting.Kafka.Sources;

namespace StreamSocial.Hosting.Kafka;

/// <summary>Adds Kafka to an application model.</summary>
public static partial class KafkaClusterBuilderExtensions
{
    /// <summary>
    /// Adds the Kafka cluster that section <c>Kafka</c> asks for (<see cref="KafkaClusterOptions"/>), with its brokers as child resources. It is healthy once
    /// every broker has been in the cluster, as long as one of them answers.
    /// </summary>
    /// <param name="builder">The application model.</param>
    /// <param name="name">Name of the resource, and of the connection string that makes an external cluster known.</param>
    /// <exception cref="KafkaSourceException">The cluster cannot be had as configured; the message says what to do.</exception>
    public static IResourceBuilder<KafkaClusterResource> AddKafkaCluster(this IDistributedApplicationBuilder builder, [ResourceName] string name)
    {
        var configuration = builder.Configuration;
        var options = KafkaClusterOptions.From(configuration);
        var request = new KafkaSourceRequest(options.Source, configuration.GetConnectionString(name), configuration[KafkaHome.Variable]);
        // A manifest describes containers; what this machine can run does not matter for it.
        var probe = builder.ExecutionContext.IsPublishMode ? new PublishingProbe() : (IMachineProbe)new MachineProbe(configuration[MachineProbe.ContainerRuntimeVariable]);
        var resource = new KafkaClusterResource(name, KafkaSourceSelector.Select(request, probe));
        // Whatever the source: a client that cannot be built would otherwise fail only in the health check, for which everything waits.
        var clients = KafkaClientConfiguration.Read(configuration, resource.Source);
        // Every client would wait for brokers that do not understand it.
        if (resource.Source != KafkaSource.External && clients.FindOtherProtocol() is { } protocol)
            throw new KafkaSourceException($"security.protocol of the Kafka clients is {protocol}, but the brokers that the AppHost starts speak PLAINTEXT: set ConnectionStrings:{name}, or remove it.");
        var cluster = builder.AddResource(resource)
            .WithIconName("Server")
            .WithInitialState(new CustomResourceSnapshot
            {
                ResourceType = "KafkaCluster",
                State = KnownResourceStates.NotStarted,
                Properties = [new ResourcePropertySnapshot(CustomResourceKnownProperties.Source, $"{resource.Source.ToString().ToLowerInvariant()}: {resource.Reason}")],
            })
            .OnInitializeResource(RunAsync)
            .WithManifestPublishingCallback(context =>
            {
                context.Writer.WriteString("type", "value.v0");
                context.WriteConnectionString(resource);
            });

        switch (resource.Source)
        {
            case KafkaSource.External:
                cluster.AddExternalBrokers(request.ConnectionString!, clients, options.ExternalTimeout);
                break;
            case KafkaSource.Containers:
                cluster.AddBrokerContainers(options);
                break;
            case KafkaSource.Process:
                cluster.AddBrokerProcesses(request.KafkaHome!, options);
                break;
            case KafkaSource.Embedded:
                cluster.AddEmbeddedBrokers();
                break;
            default:
                throw new InvalidOperationException($"Nothing starts Kafka as {resource.Source}.");
        }

        return cluster.WithClusterHealthCheck(clients);
    }

    /// <summary>
    /// Tells the cluster which topics it is for. An embedded one creates them, which only its owner can; on any other an admin client does so later.
    /// </summary>
    public static IResourceBuilder<KafkaClusterResource> ForTopics(this IResourceBuilder<KafkaClusterResource> cluster, IReadOnlyCollection<TopicSpec> topics)
    {
        cluster.Resource.Partitions = topics.Sum(topic => topic.Partitions);
        if (cluster.Resource.TryGetLastAnnotation<EmbeddedClusterAnnotation>(out var embedded))
            embedded.Cluster.CreateTopics(topics);
        return cluster;
    }

    /// <summary>Adds a broker that the orchestrator does not run.</summary>
    internal static IResourceBuilder<KafkaBrokerResource> AddBroker(this IResourceBuilder<KafkaClusterResource> cluster, int id, string address) =>
        cluster.ApplicationBuilder.AddResource(new KafkaBrokerResource(cluster.Resource.BrokerName(id), id, address, cluster.Resource))
            .WithIconName("Database")
            .ExcludeFromManifest()
            .WithInitialState(new CustomResourceSnapshot
            {
                ResourceType = "KafkaBroker",
                State = KnownResourceStates.NotStarted,
                Properties = [new ResourcePropertySnapshot(CustomResourceKnownProperties.Source, address)],
            })
            .OnInitializeResource(async (broker, starting, _) => await starting.Notifications.PublishUpdateAsync(
                broker, snapshot => snapshot with { State = KnownResourceStates.Running, StartTimeStamp = starting.Services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime }));

    internal static string BrokerName(this KafkaClusterResource cluster, int id) => $"{cluster.Name}-{id}";

    private static async Task RunAsync(KafkaClusterResource cluster, InitializeResourceEvent starting, CancellationToken cancellationToken)
    {
        try
        {
            await starting.Eventing.PublishAsync(new BeforeResourceStartedEvent(cluster, starting.Services), cancellationToken);
            await starting.Notifications.PublishUpdateAsync(cluster, snapshot => snapshot with { State = KnownResourceStates.Running });
            await starting.Eventing.PublishAsync(new ConnectionStringAvailableEvent(cluster, starting.Services), cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotStarted(starting.Logger, e, cluster.Name);
            await starting.Notifications.PublishUpdateAsync(cluster, snapshot => snapshot with { State = KnownResourceStates.FailedToStart });
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The Kafka cluster '{Cluster}' could not be started")]
    private static partial void LogNotStarted(ILogger logger, Exception exception, string cluster);

    private sealed class PublishingProbe : IMachineProbe
    {
        public bool ContainerRuntimeAnswers() => true;

        public string? FindProblemOfKafkaHome(string kafkaHome) => null;

        public string? FindProblemOfJava() => null;
    }
}
