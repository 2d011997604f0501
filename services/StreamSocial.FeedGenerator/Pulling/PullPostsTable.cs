using System.Text;
using Confluent.Kafka;
using StreamSocial.Events;
using StreamSocial.Kafka.Tables;
using StreamSocial.Streams.Reading;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Pulling;

/// <summary>Topic pull-posts, held by every replica for its reads; no task's input.</summary>
internal sealed class PullPostsTable(
    ITopicLayout layout, [FromKeyedServices(PullPostsTable.Consumer)] IConsumer<byte[]?, byte[]?> consumer, ILogger<PullPostsTable> logger)
    : TopicTail(TopicNames.PullPosts, layout.PartitionCountOf(TopicNames.PullPosts), consumer, logger), IReplicatedTable, IPullPosts
{
    private const string Consumer = $"table-{TopicNames.PullPosts}";

    private readonly PullPostsIndex _posts = new();
    private volatile bool _isCaughtUp;

    public bool IsCaughtUp => _isCaughtUp;

    public AuthorActions Of(string author) => _posts.Of(author);

    protected override bool Apply(byte[] key, byte[]? value)
    {
        _posts.Apply(Encoding.UTF8.GetString(key), value);
        return true;
    }

    protected override void OnBatchRead(bool changed, bool isCaughtUp) => _isCaughtUp = isCaughtUp;
}
