using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Rebalancing;

/// <summary>The three things a group can do to a member. Called on the membership thread, inside <c>Consume</c>.</summary>
internal interface IAssignmentHandler
{
    /// <summary>The partitions are this member's from now on. Returns at once; they are restored in the background.</summary>
    void OnAssigned(IReadOnlyList<TopicPartition> partitions);

    /// <summary>The group wants the partitions back and waits: finish, checkpoint within the budget, let go.</summary>
    void OnRevoked(IReadOnlyList<TopicPartition> partitions);

    /// <summary>The partitions belong to others already: discard, commit nothing.</summary>
    void OnLost(IReadOnlyList<TopicPartition> partitions);
}

/// <summary>
/// This process's seat in the consumer group. Its consumer only takes part in the group: it fetches nothing (its partitions are
/// paused as soon as they are assigned), the lanes fetch with consumers of their own. So nothing that a lane waits for can make the
/// member miss its heartbeats, and a partition that moves does not disturb the fetching of the others.
/// </summary>
internal sealed partial class GroupMembership : IDisposable
{
    private static readonly TimeSpan PollTimeout = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Shortest time after which the group goes on without a member that gives nothing back when asked. The default of 5 min is for
    /// applications that process inside their poll loop; here nothing but a handover does.
    /// </summary>
    private static readonly TimeSpan MinMaxPollInterval = TimeSpan.FromSeconds(45);

    private readonly IAssignmentHandler _handler;
    private readonly ILogger<GroupMembership> _logger;
    private readonly IReadOnlyList<string> _topics;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly StuckAssignmentDetector? _watch;
    private readonly TimeProvider _time;
    private readonly Thread _thread;
    private bool _hasUnpaused;
    private volatile bool _stopping;

    /// <param name="settings">The cluster.</param>
    /// <param name="options">Group, member and protocol.</param>
    /// <param name="stages">Whose inputs to take part in.</param>
    /// <param name="handler">Told of every change.</param>
    /// <param name="watch">Says when this member should join again; null where the protocol tells members reliably.</param>
    /// <param name="time">The clock.</param>
    /// <param name="fatal">Takes what the thread throws.</param>
    /// <param name="logger">The log.</param>
    public GroupMembership(
        KafkaClientSettings settings, StreamsOptions options, IReadOnlyList<StageDefinition> stages, IAssignmentHandler handler, StuckAssignmentDetector? watch,
        TimeProvider time, FatalErrors fatal, ILogger<GroupMembership> logger)
    {
        (_watch, _time) = (watch, time);
        _handler = handler;
        _logger = logger;
        _topics = [.. stages.Select(stage => stage.InputTopic)];
        _consumer = KafkaConsumers.Build(Configure(settings, options), logger, builder => builder
            .SetPartitionsAssignedHandler((_, partitions) => Assigned(partitions))
            .SetPartitionsRevokedHandler((_, partitions) => Revoked([.. partitions.Select(p => p.TopicPartition)]))
            .SetPartitionsLostHandler((_, partitions) => Lost([.. partitions.Select(p => p.TopicPartition)])));
        _thread = new Thread(() => fatal.Guard(Run)) { Name = "group-membership", IsBackground = true };
    }

    /// <summary>
    /// The group's view of this member, for committing offsets in a transaction; null while the group does not count it as a member.
    /// Callable from any thread.
    /// </summary>
    /// <remarks>
    /// A member that the brokers put out has no id from then on, until it joins again; its <see cref="IAssignmentHandler.OnLost"/> comes later.
    /// A view from between names nobody, and brokers take transactional offsets that name nobody from anyone.
    /// </remarks>
    public IConsumerGroupMetadata? GroupMetadata
    {
        get
        {
            var before = _consumer.MemberId;
            var metadata = _consumer.ConsumerGroupMetadata;
            return string.IsNullOrEmpty(before) || _consumer.MemberId != before ? null : metadata;
        }
    }

    public void Start() => _thread.Start();

    /// <summary>Leaves the group in good order; the handler sees the revocation of all partitions.</summary>
    public void Leave()
    {
        _stopping = true;
        if (_thread.IsAlive)
            _thread.Join();
    }

    /// <summary>Frees the consumer, after which <see cref="GroupMetadata"/> may not be asked for any more.</summary>
    public void Dispose()
    {
        Leave();
        _consumer.Dispose();
    }

    private static ConsumerConfig Configure(KafkaClientSettings settings, StreamsOptions options)
    {
        var config = settings.CreateConsumerConfig($"{options.MemberId}-group", options.GroupId);
        // No position is ever used by this consumer; it must only not fail for want of one.
        config.AutoOffsetReset = AutoOffsetReset.Latest;
        var maxPollInterval = new[] { MinMaxPollInterval, 2 * options.HandoverBudget, options.SessionTimeout }.Max();
        config.MaxPollIntervalMs = (int)maxPollInterval.TotalMilliseconds;
        if (options.GroupProtocol == StreamsGroupProtocol.Consumer)
        {
            config.GroupProtocol = GroupProtocol.Consumer;
            return config;
        }
        config.GroupProtocol = GroupProtocol.Classic;
        config.SessionTimeoutMs = (int)options.SessionTimeout.TotalMilliseconds;
        config.HeartbeatIntervalMs = (int)options.SessionTimeout.TotalMilliseconds / 6;
        config.Set("partition.assignment.strategy", options.ClassicAssignor);
        return config;
    }

    private void Run()
    {
        _consumer.Subscribe(_topics);
        var started = _time.GetTimestamp();
        var looked = TimeSpan.Zero;
        while (!_stopping)
        {
            // Whatever it may have fetched before the pause took hold is dropped: the lanes read from their own positions.
            _consumer.Consume(PollTimeout);
            var now = _time.GetElapsedTime(started);
            if (now - looked >= WatchInterval)
            {
                looked = now;
                if (_watch?.ShouldRejoin(now) == true)
                    Rejoin();
            }
            if (!_hasUnpaused)
                continue;
            _hasUnpaused = false;
            _consumer.Pause(_consumer.Assignment);
        }
        _consumer.Close();
    }

    /// <summary>Gives everything back in good order and joins anew, which makes the group tell this member all that it should have.</summary>
    private void Rejoin()
    {
        LogRejoin();
        _consumer.Unsubscribe();
        _consumer.Subscribe(_topics);
    }

    private List<TopicPartitionOffset> Assigned(List<TopicPartition> partitions)
    {
        LogAssigned(partitions.Count);
        _handler.OnAssigned(partitions);
        _hasUnpaused = true;
        return [.. partitions.Select(partition => new TopicPartitionOffset(partition, Offset.End))];
    }

    private void Revoked(IReadOnlyList<TopicPartition> partitions)
    {
        LogRevoked(partitions.Count);
        _handler.OnRevoked(partitions);
    }

    private void Lost(IReadOnlyList<TopicPartition> partitions)
    {
        LogLost(partitions.Count);
        _handler.OnLost(partitions);
    }
}
