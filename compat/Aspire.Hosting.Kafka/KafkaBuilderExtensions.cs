using Aspire.Hosting.ApplicationModel;
using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting;

/// <summary>Adds Kafka to an application model.</summary>
public static class KafkaBuilderExtensions
{
    private const int BrokerPort = 9092;
    private const int InternalPort = 9093;
    private const int UiPort = 8080;
    private const string DataDirectory = "/var/lib/kafka/data";

    /// <summary>Adds a single-node Kafka in a container.</summary>
    /// <param name="builder">The application model.</param>
    /// <param name="name">Name of the resource and of its connection string.</param>
    /// <param name="port">Port on this machine; null for a free one.</param>
    public static IResourceBuilder<KafkaServerResource> AddKafka(this IDistributedApplicationBuilder builder, [ResourceName] string name, int? port = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);

        var kafka = new KafkaServerResource(name);
        var key = $"{name}_check";
        builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(key, _ => new KafkaServerHealthCheck(kafka), failureStatus: null, tags: null));
        return builder.AddResource(kafka)
            .WithEndpoint(targetPort: BrokerPort, port: port, name: KafkaServerResource.PrimaryEndpointName)
            .WithEndpoint(targetPort: InternalPort, name: KafkaServerResource.InternalEndpointName)
            .WithImage("confluentinc/confluent-local", "8.2.0")
            .WithImageRegistry("docker.io")
            .WithIconName("MailMultiple")
            .WithEnvironment(context => SetListeners(context, kafka))
            .WithHealthCheck(key);
    }

    /// <summary>Adds Kafka UI, once for all Kafka resources of the application.</summary>
    public static IResourceBuilder<KafkaServerResource> WithKafkaUI(
        this IResourceBuilder<KafkaServerResource> builder, Action<IResourceBuilder<KafkaUIContainerResource>>? configureContainer = null, string? containerName = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var application = builder.ApplicationBuilder;
        var ui = application.Resources.OfType<KafkaUIContainerResource>().SingleOrDefault() is { } existing
            ? application.CreateResourceBuilder(existing)
            : application.AddResource(new KafkaUIContainerResource(containerName ?? "kafka-ui"))
                .WithImage("kafbat/kafka-ui", "v1.5.0")
                .WithImageRegistry("docker.io")
                .WithIconName("WindowDatabase")
                .WithHttpEndpoint(targetPort: UiPort)
                .WithEnvironment(context => SetClusters(context, application.Resources.OfType<KafkaServerResource>()))
                .ExcludeFromManifest();
        configureContainer?.Invoke(ui);
        return builder;
    }

    /// <summary>Gives Kafka UI a port on this machine; null for a free one.</summary>
    public static IResourceBuilder<KafkaUIContainerResource> WithHostPort(this IResourceBuilder<KafkaUIContainerResource> builder, int? port)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithEndpoint("http", endpoint => endpoint.Port = port);
    }

    /// <summary>Keeps the broker's data in a volume.</summary>
    public static IResourceBuilder<KafkaServerResource> WithDataVolume(this IResourceBuilder<KafkaServerResource> builder, string? name = null, bool isReadOnly = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithEnvironment("KAFKA_LOG_DIRS", DataDirectory).WithVolume(name ?? VolumeNameGenerator.Generate(builder, "data"), DataDirectory, isReadOnly);
    }

    /// <summary>Keeps the broker's data in a directory of this machine.</summary>
    public static IResourceBuilder<KafkaServerResource> WithDataBindMount(this IResourceBuilder<KafkaServerResource> builder, string source, bool isReadOnly = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(source);
        return builder.WithEnvironment("KAFKA_LOG_DIRS", DataDirectory).WithBindMount(source, DataDirectory, isReadOnly);
    }

    /// <summary>One listener for this machine and one for other containers; what a broker advertises must be what its clients can reach.</summary>
    private static void SetListeners(EnvironmentCallbackContext context, KafkaServerResource kafka)
    {
        var environment = context.EnvironmentVariables;
        environment["KAFKA_LISTENERS"] =
            $"PLAINTEXT://localhost:29092,CONTROLLER://localhost:29093,PLAINTEXT_HOST://0.0.0.0:{BrokerPort},PLAINTEXT_INTERNAL://0.0.0.0:{InternalPort}";
        environment["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"] =
            "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PLAINTEXT_HOST:PLAINTEXT,PLAINTEXT_INTERNAL:PLAINTEXT";
        var host = kafka.PrimaryEndpoint;
        var container = kafka.InternalEndpoint;
        environment["KAFKA_ADVERTISED_LISTENERS"] = context.ExecutionContext.IsRunMode
            ? ReferenceExpression.Create(
                $"PLAINTEXT://localhost:29092,PLAINTEXT_HOST://localhost:{host.Property(EndpointProperty.Port)},PLAINTEXT_INTERNAL://{kafka.Name}:{container.Property(EndpointProperty.TargetPort)}")
            : ReferenceExpression.Create(
                $"PLAINTEXT://{host.Property(EndpointProperty.Host)}:29092,PLAINTEXT_HOST://{host.Property(EndpointProperty.HostAndPort)},PLAINTEXT_INTERNAL://{container.Property(EndpointProperty.HostAndPort)}");
    }

    private static void SetClusters(EnvironmentCallbackContext context, IEnumerable<KafkaServerResource> servers)
    {
        foreach (var (index, server) in servers.Index())
        {
            context.EnvironmentVariables[$"KAFKA_CLUSTERS_{index}_NAME"] = server.Name;
            context.EnvironmentVariables[$"KAFKA_CLUSTERS_{index}_BOOTSTRAPSERVERS"] =
                ReferenceExpression.Create($"{server.Name}:{server.InternalEndpoint.Property(EndpointProperty.TargetPort)}");
        }
    }

    /// <summary>Healthy when the broker answers a request for metadata.</summary>
    private sealed class KafkaServerHealthCheck(KafkaServerResource kafka) : IHealthCheck
    {
        private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var brokers = await kafka.ConnectionStringExpression.GetValueAsync(cancellationToken);
            try
            {
                using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = brokers }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
                await Task.Run(() => admin.GetMetadata(Timeout), cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (KafkaException e)
            {
                return HealthCheckResult.Unhealthy(e.Error.Reason);
            }
        }
    }
}
