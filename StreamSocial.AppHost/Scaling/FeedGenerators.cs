using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using StreamSocial.AppHost.Restarting;
using StreamSocial.AppHost.Topology;

namespace StreamSocial.AppHost.Scaling;

/// <summary>The feed generators as one resource: the parent of all replicas, with the commands that change their number.</summary>
/// <param name="name">Name of the resource; replica 2 is <c>{name}-2</c> without the plural.</param>
internal sealed class FeedGeneratorsResource(string name) : Resource(name)
{
    /// <summary>Links that are shown with the resource: endpoint, path and text.</summary>
    public List<(EndpointReference Endpoint, string Path, string Text)> Links { get; } = [];
}

/// <summary>The declared feed generators.</summary>
/// <param name="Parent">Their parent.</param>
/// <param name="First">The first replica, through which any user's feed can be read.</param>
internal sealed record FeedGenerators(IResourceBuilder<FeedGeneratorsResource> Parent, IResourceBuilder<ProjectResource> First)
{
    private const string Prefix = "feed-generator-";

    /// <summary>Name of a replica's resource.</summary>
    public static string NameOf(int number) => Prefix + number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Adds a link to the parent's.</summary>
    public void WithLink(IResourceBuilder<ProjectResource> service, string path, string text) =>
        Parent.Resource.Links.Add((service.GetEndpoint("http"), path, text));
}

internal static class FeedGeneratorsExtensions
{
    private const string ParentName = "feed-generators";

    /// <summary>Declares every replica that there may ever be; those above the initial number start on command.</summary>
    public static FeedGenerators AddFeedGenerators(this IDistributedApplicationBuilder builder, FeedGeneratorOptions options, TopicsOnBrokers topics)
    {
        var parent = builder.AddResource(new FeedGeneratorsResource(ParentName))
            .WithIconName("PeopleQueue")
            .WithInitialState(new CustomResourceSnapshot { ResourceType = "Replicas", State = KnownResourceStates.NotStarted, Properties = [] })
            .WithScaleCommands(options)
            .ExcludeFromManifest();
        builder.MakeSecret(RunSecrets.Peers);
        var replicas = Enumerable.Range(1, options.Maximum).Select(number => builder.AddReplica(number, options, topics, parent)).ToArray();
        var generators = new FeedGenerators(parent, replicas[0]);
        generators.WithLink(replicas[0], "/v1/feeds/{user}", "A feed");
        generators.WithLink(replicas[0], "/scalar", "API reference");
        builder.Services.AddSingleton(parent.Resource);
        if (builder.ExecutionContext.IsRunMode)
            builder.Services.AddHostedService<ReplicaCountPublisher>();
        return generators;
    }

    private static IResourceBuilder<ProjectResource> AddReplica(
        this IDistributedApplicationBuilder builder, int number, FeedGeneratorOptions options, TopicsOnBrokers topics, IResourceBuilder<FeedGeneratorsResource> parent)
    {
        var name = FeedGenerators.NameOf(number);
        var replica = builder.AddProject<Projects.StreamSocial_FeedGenerator>(name)
            .WithTopics(topics)
            .WithSections("Streams", "Actions", "Engagement", "Feeds", "Notifications", "Reading", "Peers")
            .WithEnvironment("Streams__MemberId", name)
            .WithEnvironment("Streams__MaxEntriesPerSecond", (options.MaxEntriesPerSecond ?? 0).ToString(CultureInfo.InvariantCulture))
            .WithService("PersonFeedback")
            .WithAnnotation(new ScaledReplicaAnnotation())
            .WithParentRelationship(parent);
        // A lane fills a core, and what runs here shares the cores with the other replicas, the brokers and the rest of the topology.
        if (builder.ExecutionContext.IsRunMode && builder.Configuration["Streams:Lanes"] is null)
            replica.WithEnvironment("Streams__Lanes", Math.Max(1, Environment.ProcessorCount / 2).ToString(CultureInfo.InvariantCulture));
        return number > options.Initial ? replica.WithExplicitStart() : replica;
    }
}
