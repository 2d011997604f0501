using System.Globalization;
using Microsoft.Extensions.Configuration;
using StreamSocial.AppHost.Startup;
using StreamSocial.Events.Stages;
using StreamSocial.Events.Topics;
using StreamSocial.Hosting.Kafka;
using StreamSocial.Hosting.Kafka.Sources;
using StreamSocial.Topics;

namespace StreamSocial.AppHost.Topology;

/// <summary>The topics on the brokers.</summary>
/// <param name="Kafka">The brokers.</param>
/// <param name="Profile">The topics' partition counts.</param>
/// <param name="Creation">The run of the command line tool that creates or checks them; null where the cluster makes them itself.</param>
internal sealed record TopicsOnBrokers(
    IResourceBuilder<KafkaClusterResource> Kafka, TopologyProfile Profile, IResourceBuilder<ProjectResource>? Creation);

internal static class TopicsExtensions
{
    /// <summary>Creates the topics of the catalogue, or checks those that exist, before any service starts. The embedded cluster comes with them.</summary>
    /// <exception cref="AppHostConfigurationException">The profile is unknown.</exception>
    public static TopicsOnBrokers AddTopics(this IDistributedApplicationBuilder builder, IResourceBuilder<KafkaClusterResource> kafka)
    {
        var profile = ReadProfile(builder.Configuration, kafka.Resource);
        var catalog = StreamSocialTopics.For(profile);
        Console.WriteLine(Describe(kafka.Resource, profile, catalog));
        kafka.ForTopics(catalog.Topics);
        if (kafka.Resource.Source == KafkaSource.Embedded)
            return new TopicsOnBrokers(kafka, profile, null);

        var copies = KafkaClusterOptions.From(builder.Configuration).ReplicationFactor
            ?? ChooseCopies(kafka.Resource, catalog.Topics.Max(topic => topic.ReplicationFactor));
        var creation = builder.AddProject<Projects.StreamSocial_Cli>("topics")
            .WithArgs("topics", "create", "--replication-factor", copies.ToString(CultureInfo.InvariantCulture))
            .WithSections()
            .WithIconName("TableAdd");
        return new TopicsOnBrokers(kafka, profile, creation.WithBrokers(kafka, profile));
    }

    /// <summary>Starts a service when the topics are there, and tells it how to reach them.</summary>
    public static IResourceBuilder<ProjectResource> WithTopics(this IResourceBuilder<ProjectResource> service, TopicsOnBrokers topics)
    {
        service.WithBrokers(topics.Kafka, topics.Profile);
        return topics.Creation is null ? service : service.WaitForCompletion(topics.Creation);
    }

    private static IResourceBuilder<ProjectResource> WithBrokers(
        this IResourceBuilder<ProjectResource> service, IResourceBuilder<KafkaClusterResource> kafka, TopologyProfile profile) => service
        .WithReference(kafka)
        .WithEnvironment("Kafka__Embedded", kafka.Resource.Source == KafkaSource.Embedded ? "true" : "false")
        .WithEnvironment("Topology__Profile", NameOf(profile))
        .WithEnvironment(context =>
        {
            foreach (var (broker, address) in kafka.Resource.JmxAddresses)
                context.EnvironmentVariables[$"Kafka__JmxAddresses__{broker}"] = address;
        })
        .WaitFor(kafka);

    /// <summary>
    /// Topics keep the copies with which they are created, and one of several external brokers may only be away for a moment: topics that are there already can be used,
    /// and the brokers refuse to create others with fewer copies than are meant. A cluster of one broker can only mean one copy.
    /// </summary>
    private static int ChooseCopies(KafkaClusterResource kafka, int wanted)
    {
        var brokers = kafka.Brokers.Count;
        return kafka.Source == KafkaSource.External && brokers > 1 ? wanted : Math.Min(brokers, wanted);
    }

    /// <summary>Real brokers that share one machine get fewer partitions unless a profile is named.</summary>
    private static TopologyProfile ReadProfile(IConfiguration configuration, KafkaClusterResource kafka)
    {
        try
        {
            return StreamSocialTopics.ReadProfile(configuration)
                ?? (kafka.SharesMachine ? TopologyProfile.Small : TopologyProfile.Full);
        }
        catch (InvalidOperationException e)
        {
            throw new AppHostConfigurationException(e.Message, e);
        }
    }

    private static string Describe(KafkaClusterResource kafka, TopologyProfile profile, TopicCatalog catalog)
    {
        var counts = string.Join(", ", FeedGeneratorStages.Inputs.Select(topic => $"{topic} {catalog[topic].Partitions}"));
        return $"Kafka: {kafka.Source.ToString().ToLowerInvariant()}, because {kafka.Reason}; profile {NameOf(profile)} ({counts} partitions).";
    }

    private static string NameOf(TopologyProfile profile) => profile.ToString().ToLowerInvariant();
}
