using System.Text;
using Confluent.Kafka;
using StreamSocial.Events;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Tables;
using StreamSocial.Streams.Reading;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Pulling;

/// <summary>Topic pull-posts, held by every replica for its reads; no task's input.</summary>
internal sealed class PulledActionsTable(ITopicLayout layout, KafkaClientSettings settings, ILogger<PulledActionsTable> logger)
    : TopicTail(TopicNames.PullPosts, layout.PartitionCountOf(TopicNames.PullPosts), settings, logger), IReplicatedTable, IPulledActions
{
    private readonly PulledActions _actions = new();
    private volatile bool _isCaughtUp;

    public bool IsCaughtUp => _isCaughtUp;

    public AuthorActions Of(string author) => _actions.Of(author);

    protected override bool Apply(Message<byte[]?, byte[]?> message)
    {
        _actions.Apply(Encoding.UTF8.GetString(message.Key ?? []), message.Value);
        return true;
    }

    protected override void OnBatchRead(bool changed, bool isCaughtUp) => _isCaughtUp = isCaughtUp;
}
