using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using StreamSocial.Events;
using StreamSocial.Events.Stages;
using StreamSocial.FeedGenerator.Engagement;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.FeedGenerator.Notifications;
using StreamSocial.FeedGenerator.Pulling;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Tasks;
using StreamSocial.Topics;

namespace StreamSocial.Unit.Tests.FeedGenerator.Reading;

/// <summary>Replicas with real HTTP servers, whose owners of partitions the test sets.</summary>
internal sealed class FakeGroup : IAsyncDisposable, ITopicLayout
{
    public const int Partitions = 6;

    private readonly Dictionary<(string Topic, int Partition), FakeReplica> _owners = [];
    private readonly Lock _lock = new();

    public List<FakeReplica> Replicas { get; } = [];

    /// <summary>Starts replicas and spreads the partitions of all stages over them in turn.</summary>
    public static async Task<FakeGroup> StartAsync(int replicas, params (string Key, string Value)[] settings)
    {
        var group = new FakeGroup();
        for (var i = 0; i < replicas; i++)
            group.Replicas.Add(await FakeReplica.StartAsync(group, "member-" + i, settings));
        foreach (var stage in FakeStage.All)
        {
            for (var partition = 0; partition < Partitions; partition++)
            {
                var owner = group.Replicas[partition % replicas];
                owner.Run(stage, partition, new FakeTaskContext(stage.Name, partition, Partitions));
                group.SetOwner(stage, partition, owner);
            }
        }

        return group;
    }

    public static int PartitionOf(string key) => KeyPartitioner.PartitionOf(key, Partitions);

    /// <summary>A key of a partition.</summary>
    public static string KeyIn(int partition, int number = 0)
    {
        for (var i = 0; ; i++)
        {
            if (PartitionOf("key-" + i) == partition && number-- == 0)
                return "key-" + i;
        }
    }

    public void SetOwner(FakeStage stage, int partition, FakeReplica? owner)
    {
        lock (_lock)
        {
            if (owner is null)
                _owners.Remove((stage.Topic, partition));
            else
                _owners[(stage.Topic, partition)] = owner;
        }
    }

    /// <summary>Moves a task with its state and updates its owner.</summary>
    public void Move(FakeStage stage, int partition, FakeReplica from, FakeReplica to)
    {
        to.Run(stage, partition, from.Stop(stage, partition).Restored());
        SetOwner(stage, partition, to);
    }

    public bool TryGetOwner(string topic, int partition, [NotNullWhen(true)] out FakeReplica? owner)
    {
        lock (_lock)
            return _owners.TryGetValue((topic, partition), out owner);
    }

    public MembersSnapshot Snapshot() => new(1, ImmutableDictionary<string, Member>.Empty, true);

    public int PartitionCountOf(string topic) => Partitions;

    int ITopicLayout.PartitionOf(string topic, string key) => PartitionOf(key);

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in Replicas)
            await replica.DisposeAsync();
    }
}

internal sealed record FakeStage(string Name, string Topic, Func<ITaskContext, FeedChangeNotifier, IPullPosts, IRecordProcessor> Create)
{
    public static FakeStage Feeds { get; } = new(FeedGeneratorStages.Feeds.Name, TopicNames.FeedUpdates, (context, notifier, pulled) => new FeedsProcessor(context, new(), notifier, pulled, new()));

    public static FakeStage Engagement { get; } =
        new(FeedGeneratorStages.Engagement.Name, TopicNames.ContentInteractions, (context, _, _) => new EngagementProcessor(context, new()));

    public static FakeStage Notifications { get; } =
        new(FeedGeneratorStages.Notifications.Name, TopicNames.Notifications, (context, notifier, _) => new NotificationsProcessor(context, new(), notifier));

    public static FakeStage[] All { get; } = [Feeds, Engagement, Notifications];
}
