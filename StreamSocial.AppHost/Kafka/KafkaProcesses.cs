using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using StreamSocial.Kafka.Processes;
using StreamSocial.Kafka.Sources;

namespace StreamSocial.AppHost.Kafka;

internal static class KafkaProcesses
{
    /// <summary>Adds three KRaft nodes as Java processes from <c>KAFKA_HOME</c>.</summary>
    /// <exception cref="KafkaSourceException">A port is in use.</exception>
    public static (IResourceBuilder<IResourceWithConnectionString> Brokers, IReadOnlyList<IResourceBuilder<IResource>> Nodes) AddKafkaProcesses(
        this IDistributedApplicationBuilder builder, KafkaSourceOptions options)
    {
        var directory = KafkaRunDirectory.Choose(builder.AppHostDirectory, options.DataDirectory);
        var layout = KraftClusterLayout.Create(builder.Configuration[KafkaHome.Variable]!, directory.Path, options.FirstPort);
        builder.OwnUntilTheEnd(directory);
        builder.OnBeforeStart((_, cancellationToken) => layout.PrepareAsync(cancellationToken));

        List<string> javaOptions = [.. options.HeapOptions.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        if (!directory.IsKept)
            javaOptions.Add(KraftClusterLayout.EndAtOnce);
        var nodes = layout.Nodes.Select(node => builder.AddNode(layout, node, javaOptions)).ToArray();
        return (builder.AddConnectionString(KafkaExtensions.ConnectionName, ReferenceExpression.Create($"{layout.BootstrapServers}")), nodes);
    }

    /// <summary>Makes a resource healthy when its broker serves.</summary>
    public static IResourceBuilder<T> WithBrokerHealthCheck<T>(this IResourceBuilder<T> resource, int id, string address)
        where T : IResource
    {
        var key = $"{resource.Resource.Name}_serves";
        // One probe for all checks: each is a client with threads of its own.
        resource.ApplicationBuilder.Services
            .AddKeyedSingleton(key, (_, _) => new BrokerHealthCheck(new BrokerProbe(id, address)))
            .AddHealthChecks().Add(new HealthCheckRegistration(key, services => services.GetRequiredKeyedService<BrokerHealthCheck>(key), null, null));
        return resource.WithHealthCheck(key);
    }

    private static IResourceBuilder<IResource> AddNode(
        this IDistributedApplicationBuilder builder, KraftClusterLayout layout, KraftNode node, IEnumerable<string> javaOptions) => builder
        .AddExecutable($"kafka-{node.Id}", JavaRuntime.Executable, builder.AppHostDirectory, [.. layout.StartArguments(node, javaOptions)])
        // Not proxied: a broker tells its clients the address that they must use.
        .WithEndpoint(port: node.BrokerPort, targetPort: node.BrokerPort, scheme: "tcp", name: "kafka", isProxied: false)
        .WithBrokerHealthCheck(node.Id, node.Address);
}
