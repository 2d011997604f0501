using StreamSocial.Events.Topics;
using StreamSocial.Kafka.Sources;

namespace StreamSocial.AppHost.Kafka;

/// <summary>The brokers, wherever they come from.</summary>
/// <param name="Brokers">The connection string <c>kafka</c>.</param>
/// <param name="Nodes">The brokers that the AppHost starts as resources, each healthy when it serves; empty for external and embedded ones.</param>
/// <param name="Source">Where they come from; never auto.</param>
/// <param name="Profile">The topics' partition counts.</param>
internal sealed record StreamSocialKafka(
    IResourceBuilder<IResourceWithConnectionString> Brokers, IReadOnlyList<IResourceBuilder<IResource>> Nodes, KafkaSource Source, TopologyProfile Profile)
{
    /// <summary>Whether the cluster lives in the AppHost's process.</summary>
    public bool Embedded => Source == KafkaSource.Embedded;

    /// <summary>Gives a service the connection string and what else depends on the cluster, and starts it when the brokers serve.</summary>
    public void Reference(IResourceBuilder<ProjectResource> service)
    {
        service
            .WithReference(Brokers)
            .WithEnvironment("Kafka__Embedded", Embedded ? "true" : "false")
            .WithEnvironment("Topology__Profile", Profile.ToString().ToLowerInvariant())
            .WaitFor(Brokers);
        foreach (var node in Nodes)
            service.WaitFor(node);
    }
}
