using System.Collections.Immutable;
using Confluent.Kafka;
using StreamSocial.Kafka.Producing;
using StreamSocial.Kafka.Records;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Membership.Retention;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Emitting;

/// <summary>
/// Says which stages must wait, on a cluster that keeps only the last records of a partition: those whose outputs run ahead of their consumers by
/// nearly all that a partition keeps. Thread-safe.
/// </summary>
/// <remarks>
/// A stage does not wait for its own input topic, because it could wait for itself. Its own entries there lead to nothing more, so they are few.
/// </remarks>
internal sealed class OutputRetention : IRecordSender
{
    private readonly IRecordSender _sender;
    private readonly StreamsOptions _options;
    private readonly ImmutableDictionary<string, ImmutableArray<string>> _awaited;
    private readonly ImmutableDictionary<string, GuardedTopic> _topics;

    /// <param name="sender">Sends the records.</param>
    /// <param name="stages">The group's stages.</param>
    /// <param name="tables">The topics that every member reads.</param>
    /// <param name="layout">Partition counts.</param>
    /// <param name="options">How far outputs may be ahead.</param>
    public OutputRetention(IRecordSender sender, IReadOnlyList<StageDefinition> stages, IEnumerable<string> tables, ITopicLayout layout, StreamsOptions options)
    {
        (_sender, _options) = (sender, options);
        var read = stages.Select(stage => stage.InputTopic).Concat(tables).ToHashSet();
        _awaited = stages.ToImmutableDictionary(
            stage => stage.InputTopic, stage => stage.Outputs.Where(output => output != stage.InputTopic && read.Contains(output)).ToImmutableArray());
        _topics = _awaited.Values.SelectMany(topics => topics).Distinct().ToImmutableDictionary(topic => topic, topic => new GuardedTopic(layout.PartitionCountOf(topic)));
    }

    /// <summary>Whether the stage that reads the topic must wait.</summary>
    public bool MustWait(string inputTopic)
    {
        foreach (var topic in _awaited[inputTopic])
        {
            if (_topics[topic].Full > 0)
                return true;
        }
        return false;
    }

    public void Send(string topic, int partition, Message<byte[]?, byte[]?> message, IDeliveryHandler handler, long token)
    {
        if (!_topics.TryGetValue(topic, out var guarded))
        {
            _sender.Send(topic, partition, message, handler, token);
            return;
        }
        var bytes = LogSize.Of(message);
        Change(guarded, partition, backlog => backlog.Admitted(bytes));
        _sender.Send(topic, partition, message, new GuardedDelivery(this, guarded, partition, bytes, handler), token);
    }

    /// <summary>Takes over how far the consumers are.</summary>
    public void Observe(MembersSnapshot snapshot)
    {
        foreach (var (topic, partition, nextOffset) in ConsumedPositions.Of(snapshot))
        {
            // Anybody may report, also partitions that there are not.
            if (_topics.TryGetValue(topic, out var guarded) && partition >= 0 && partition < guarded.Partitions.Length)
                Change(guarded, partition, backlog => backlog.Consumed(nextOffset));
        }
    }

    private void Change(GuardedTopic topic, int partition, Action<PartitionBacklog> change)
    {
        lock (topic)
        {
            var backlog = topic.Partitions[partition];
            var wasFull = IsFull(backlog);
            change(backlog);
            topic.Full += (IsFull(backlog) ? 1 : 0) - (wasFull ? 1 : 0);
        }
    }

    private bool IsFull(PartitionBacklog backlog) => backlog.Bytes >= _options.MaxAheadBytes || backlog.Records >= _options.MaxAheadRecords;

    /// <summary>A topic that others of the group read. Locked while it is changed.</summary>
    private sealed class GuardedTopic(int partitions)
    {
        private volatile int _full;

        public ImmutableArray<PartitionBacklog> Partitions { get; } = [.. Enumerable.Range(0, partitions).Select(_ => new PartitionBacklog())];

        /// <summary>Number of partitions that can take no more.</summary>
        public int Full
        {
            get => _full;
            set => _full = value;
        }
    }

    private sealed class GuardedDelivery(OutputRetention retention, GuardedTopic topic, int partition, int bytes, IDeliveryHandler handler) : IDeliveryHandler
    {
        public void OnDelivered(long token, long offset, Error? error)
        {
            retention.Change(topic, partition, backlog =>
            {
                if (error is null)
                    backlog.Acknowledged(offset, bytes);
                else
                    backlog.Refused(bytes);
            });
            handler.OnDelivered(token, offset, error);
        }
    }
}

/// <summary>Passes on what the members report, for as long as this member runs.</summary>
internal sealed class OutputRetentionFollower(OutputRetention retention, IMembersView members) : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;

    /// <summary>Starts to follow; an error goes to <paramref name="onFailed"/>.</summary>
    public void Start(Action<Exception> onFailed) => _loop = Task.Run(async () =>
    {
        try
        {
            await members.FollowAsync(retention.Observe, _stopping.Token);
        }
#pragma warning disable CA1031 // A loop's last handler: without the positions, stages would wait for ever and nobody would know why.
        catch (Exception e)
#pragma warning restore CA1031
        {
            onFailed(e);
        }
    });

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
    }

    public void Dispose() => _stopping.Dispose();
}
