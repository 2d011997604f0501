using System.Globalization;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Actions;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.Kafka.Limits;
using StreamSocial.Streams.State;
using StreamSocial.Streams.State.Memory;
using StreamSocial.Streams.Tasks;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Benchmarks.State;

/// <summary>The feed generator's own stores for followers and feeds, in memory, each partition's apart.</summary>
internal sealed class GeneratorState : IFilledState
{
    private readonly StoreContext[] _contexts;
    private readonly FollowerStore[] _followers;
    private readonly FeedStore[] _feeds;

    /// <param name="partitions">Partitions of each of the two.</param>
    /// <param name="capacity">Entries that a feed keeps.</param>
    public GeneratorState(int partitions, int capacity)
    {
        var actions = Enumerable.Range(0, partitions).Select(partition => new StoreContext("actions", partition, partitions)).ToArray();
        var feeds = Enumerable.Range(0, partitions).Select(partition => new StoreContext("feeds", partition, partitions)).ToArray();
        _contexts = [.. actions, .. feeds];
        _followers = [.. actions.Select(FollowerStore.Followers)];
        _feeds = [.. feeds.Select(context => new FeedStore(context, capacity))];
    }

    public long? StoredBytes => _contexts.Sum(context => context.Stores.Bytes);

    public void AddFollower(int author, int follower)
    {
        var key = Text(author);
        _followers[KeyPartitioner.PartitionOf(key, _followers.Length)].Add(key, Text(follower), seed: 1);
    }

    public void AddEntry(int user, in SyntheticPost post)
    {
        var key = Text(user);
        var item = new FeedItem(post.ActionId, FeedEntryType.Post, Text(post.Author), post.ContentId, Text: "", post.OccurredAt);
        _feeds[KeyPartitioner.PartitionOf(key, _feeds.Length)].Add(key, item);
    }

    public void Checkpoint()
    {
        foreach (var context in _contexts)
            context.Stores.Capture(whole: false, NoSink.Instance);
    }

    private static string Text(int user) => user.ToString(CultureInfo.InvariantCulture);

    /// <summary>What a store needs of its task.</summary>
    private sealed class StoreContext(string stage, int partition, int partitions) : ITaskContext
    {
        public TaskStores Stores { get; } = new(InMemoryStores.Instance);

        public string Stage => stage;

        public int Partition => partition;

        public int MaxEntryBytes => RecordLimit.ClientDefault.MaxDataBytes;

        public int MaxAcceptedBytes => RecordLimit.ClientDefault.MaxAcceptedBytes;

        public int PartitionCountOf(string topic) => partitions;

        public IStateStore<TKey, TValue> OpenStore<TKey, TValue>(byte id, string name, ICodec<TKey> keys, ICodec<TValue> values)
            where TKey : notnull => Stores.Open(id, name, keys, values);
    }

    /// <summary>Writes a checkpoint nowhere.</summary>
    private sealed class NoSink : IChangeSink
    {
        public static NoSink Instance { get; } = new();

        public void Add(byte store, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool removed)
        {
        }
    }
}
