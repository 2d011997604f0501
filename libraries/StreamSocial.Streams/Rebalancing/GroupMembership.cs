using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Rebalancing;

/// <summary>Handles the three changes of a member's assignment. Called on the membership thread, inside <c>Consume</c>.</summary>
internal interface IAssignmentHandler
{
    /// <summary>This member owns the partitions from now on. Returns at once; they are restored in the background.</summary>
    void OnAssigned(IReadOnlyList<TopicPartition> partitions);

    /// <summary>The group revokes the partitions and waits: finish, checkpoint within the budget, release.</summary>
    void OnRevoked(IReadOnlyList<TopicPartition> partitions);

    /// <summary>The partitions already belong to other members: discard, commit nothing.</summary>
    void OnLost(IReadOnlyList<TopicPartition> partitions);
}

/// <summary>
/// This process's membership in the consumer group. Its consumer only takes part in the group and fetches nothing: its partitions are
/// paused as soon as they are assigned, and the lanes fetch with their own consumers. So a waiting lane cannot delay the member's
/// heartbeats, and a partition that moves does not disturb the fetching of the others.
/// </summary>
internal sealed partial class GroupMembership : IDisposable
{
    private static readonly TimeSpan PollTimeout = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan DetectionInterval = TimeSpan.FromSeconds(1);

    /// <summary>Time after which it is said that the group does not know the member.</summary>
    private static readonly TimeSpan UnknownForLong = TimeSpan.FromSeconds(30);

    /// <summary>Time after which a member that the group does not know ends: its client does not join any more.</summary>
    private static readonly TimeSpan UnknownForTooLong = TimeSpan.FromSeconds(60);

    /// <summary>Shortest time between two warnings of what the client reports.</summary>
    private static readonly TimeSpan ComplaintInterval = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Shortest time after which the group removes a member that does not give partitions back. The default of 5 min is for applications that
    /// process records inside their poll loop; here only a handover runs there.
    /// </summary>
    private static readonly TimeSpan MinMaxPollInterval = TimeSpan.FromSeconds(45);

    private readonly IAssignmentHandler _handler;
    private readonly FatalErrors _fatal;
    private readonly string _groupId;
    private readonly ILogger<GroupMembership> _logger;
    private readonly IReadOnlyList<string> _topics;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly AssignmentCheck? _check;
    private readonly TimeProvider _time;
    private readonly Thread _thread;

    /// <summary>Shared by those who read the group's metadata: librdkafka ends the process when it is asked for that of a member that has left.</summary>
    private readonly ReaderWriterLockSlim _metadataGate = new();
    private readonly ClosingClient _closing;
    private bool _hasLeft;
    private bool _hasUnpaused;
    private bool _isSaidToBeUnknown;
    private long? _complainedAt;
    private readonly string _nothing;
    private volatile bool _asks;
    private volatile bool _releases;
    private volatile bool _cannotRelease;
    private volatile bool _stopping;
    private bool _hasReleased;

    /// <param name="settings">The cluster.</param>
    /// <param name="options">The member's name, its group and the group's protocol.</param>
    /// <param name="topics">The topics whose partitions the group shares.</param>
    /// <param name="host">What the host provides.</param>
    /// <param name="handler">Called for every change of the assignment.</param>
    /// <param name="check">Decides when this member rejoins; null where the protocol delivers assignments reliably.</param>
    public GroupMembership(
        KafkaClientSettings settings, StreamsOptions options, IReadOnlyList<string> topics, RuntimeHost host, IAssignmentHandler handler, AssignmentCheck? check)
    {
        _check = check;
        _handler = handler;
        (_time, _fatal, _groupId) = (host.Time, host.Fatal, options.GroupId);
        _closing = new ClosingClient(_time);
        _logger = host.Loggers.CreateLogger<GroupMembership>();
        _topics = topics;
        _nothing = $"{options.GroupId}-nothing";
        _consumer = KafkaConsumers.Build(Configure(settings, options), settings.Metrics, _logger, builder => builder
            .SetPartitionsAssignedHandler((_, partitions) => Assigned(partitions))
            .SetPartitionsRevokedHandler((_, partitions) => Revoked([.. partitions.Select(p => p.TopicPartition)]))
            .SetPartitionsLostHandler((_, partitions) => Lost([.. partitions.Select(p => p.TopicPartition)])));
        _thread = new Thread(() => host.Fatal.Guard(Run)) { Name = "group-membership", IsBackground = true };
    }

    /// <summary>
    /// The group's metadata of this member, for committing offsets in a transaction; null while it is not a member, and from when it leaves and has closed its tasks.
    /// Callable from any thread until this is disposed of.
    /// </summary>
    /// <remarks>
    /// A member that the brokers removed has no id until it joins again; <see cref="IAssignmentHandler.OnLost"/> comes later. Metadata read in
    /// between names no member, and brokers accept transactional offsets that name no member from anyone.
    /// </remarks>
    public IConsumerGroupMetadata? GroupMetadata
    {
        get
        {
            _metadataGate.EnterReadLock();
            try
            {
                if (_hasLeft || _consumer.MemberId is not { Length: > 0 } before)
                    return null;
                var metadata = _consumer.ConsumerGroupMetadata;
                return _consumer.MemberId == before ? metadata : null;
            }
            finally
            {
                _metadataGate.ExitReadLock();
            }
        }
    }

    /// <summary>This member's id in the group; empty while it has none. Callable from any thread until this is disposed of.</summary>
    public string? ConsumerId => _consumer.MemberId;

    public void Start() => _thread.Start();

    /// <summary>Asks the group if this member is warm for a task that may be had. Returns at once.</summary>
    public void AskForReleased(IEnumerable<(TaskId Task, bool IsWarm)> warmUps, Func<TaskId, bool> isReleased)
    {
        if (warmUps.Any(warmUp => warmUp.IsWarm && isReleased(warmUp.Task)))
            Ask();
    }

    /// <summary>
    /// Asks the group for what it has for this member. Otherwise that would wait for the next heartbeat, which busy brokers need to be far apart; a client that
    /// subscribes, though to the same, sends one at once. Returns at once.
    /// </summary>
    public void Ask() => _asks = true;

    /// <summary>
    /// Gives everything back and stays a member meanwhile: a member that wants another topic, which there is not, is meant to have nothing, so the group tells the
    /// others who gets what before they get it. Returns at once.
    /// </summary>
    public void Release() => _releases = true;

    /// <summary>Whether the brokers refuse what <see cref="Release"/> asks for: the member keeps what it has until it leaves. Readable from any thread.</summary>
    public bool CannotRelease => _cannotRelease;

    /// <summary>
    /// Leaves the group gracefully; the handler sees the revocation of all partitions. A client that does not come to its end, as librdkafka (2.16.0) does now and
    /// then when it leaves in the moment in which it joins, is left as it is: the group puts its member out.
    /// </summary>
    public void Leave()
    {
        _stopping = true;
        while (!_closing.IsLeftBehind && _thread.IsAlive && !_thread.Join(PollTimeout))
        {
            if (_closing.TryLeaveBehind())
                OnLeftBehind();
        }
    }

    /// <summary>Leaves, unless it has, and disposes of the consumer. One that does not come to its end, as after a handler that threw, is left as it is.</summary>
    public void Dispose()
    {
        Leave();
        if (_closing.IsLeftBehind)
            return;
        EndMetadata();
        if (_consumer.DisposeOrLeave())
        {
            _metadataGate.Dispose();
            return;
        }
        _closing.LeaveBehind();
        OnLeftBehind();
    }

    private static ConsumerConfig Configure(KafkaClientSettings settings, StreamsOptions options)
    {
        var config = settings.CreateConsumerConfig($"{options.MemberId}-group", options.GroupId);
        // This consumer never uses a position; it must only not fail for lack of one.
        config.AutoOffsetReset = AutoOffsetReset.Latest;
        var maxPollInterval = new[] { MinMaxPollInterval, 2 * (options.WarmUpBudget + options.HandoverBudget), options.SessionTimeout }.Max();
        config.MaxPollIntervalMs = (int)maxPollInterval.TotalMilliseconds;
        if (options.GroupProtocol == StreamsGroupProtocol.Consumer)
        {
            config.GroupProtocol = GroupProtocol.Consumer;
            config.GroupRemoteAssignor = options.RemoteAssignor;
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
            if (_releases && !_hasReleased)
            {
                _hasReleased = true;
                _consumer.Subscribe(_nothing);
            }
            else if (_asks && !_hasReleased)
            {
                _asks = false;
                _consumer.Subscribe(_topics);
            }
            // Records fetched before the pause took effect are dropped: the lanes read from their own positions.
            Poll();
            var now = _time.GetElapsedTime(started);
            if (!_hasReleased && now - looked >= DetectionInterval)
            {
                looked = now;
                if (_check?.ShouldRejoin(now, _consumer.MemberId, _consumer.Assignment) == true)
                    Rejoin();
                SeeWhetherItIsKnown(_check?.UnknownFor ?? TimeSpan.Zero);
            }
            if (!_hasUnpaused)
                continue;
            _hasUnpaused = false;
            _consumer.Pause(_consumer.Assignment);
        }
        Close();
    }

    /// <summary>Nobody would miss a member whose client hangs while it joins: the others have everything.</summary>
    private void SeeWhetherItIsKnown(TimeSpan unknownFor)
    {
        if (unknownFor >= UnknownForTooLong)
            _fatal.Stop($"The brokers answer, and group {_groupId} has not known this member for {unknownFor.TotalSeconds:F0} s: its client does not come in. The next run joins anew.");
        else if (unknownFor >= UnknownForLong && !_isSaidToBeUnknown)
            LogUnknown(_groupId, unknownFor.TotalSeconds);
        _isSaidToBeUnknown = unknownFor >= UnknownForLong;
    }

    /// <summary>A topic that is deleted is its tasks' affair: the member and the other topics go on.</summary>
    private void Poll()
    {
        try
        {
            _consumer.Consume(PollTimeout);
        }
        catch (ConsumeException e) when (e.Error.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition)
        {
            if (_complainedAt is { } last && _time.GetElapsedTime(last) < ComplaintInterval)
                return;
            _complainedAt = _time.GetTimestamp();
            LogNotPolled(e.Error.Code, e.Error.Reason);
        }
        catch (ConsumeException e) when (_hasReleased && e.Error.Code == ErrorCode.TopicAuthorizationFailed)
        {
            // Each heartbeat would be refused, and the session would end before the last checkpoints are written.
            _consumer.Subscribe(_topics);
            if (!_cannotRelease)
                LogNotReleased(_nothing, e.Error.Reason);
            _cannotRelease = true;
        }
    }

    private void OnLeftBehind()
    {
        LogLeftBehind();
        EndMetadata();
    }

    private void Close()
    {
        _closing.Begin();
        if (_consumer.Assignment.Count == 0)
            EndMetadata();
        try
        {
            _consumer.Close();
        }
        finally
        {
            EndMetadata();
        }
    }

    /// <summary>While the member leaves, the handler still writes last checkpoints, with the group's offsets; after it nobody may ask any more.</summary>
    private void EndMetadata()
    {
        _metadataGate.EnterWriteLock();
        _hasLeft = true;
        _metadataGate.ExitWriteLock();
    }

    /// <summary>Gives everything back gracefully and joins again, so that the group sends this member its whole assignment.</summary>
    private void Rejoin()
    {
        LogRejoin();
        _consumer.Unsubscribe();
        _consumer.Subscribe(_topics);
    }

    private List<TopicPartitionOffset> Assigned(List<TopicPartition> partitions)
    {
        if (!_closing.IsLeftBehind)
        {
            LogAssigned(partitions.Count);
            _handler.OnAssigned(partitions);
            _hasUnpaused = true;
        }
        // The client takes no other partitions than those that it names, nor fewer.
        return [.. partitions.Select(partition => new TopicPartitionOffset(partition, Offset.End))];
    }

    private void Revoked(IReadOnlyList<TopicPartition> partitions)
    {
        LogRevoked(partitions.Count);
        TakeAway(() => _handler.OnRevoked(partitions));
    }

    private void Lost(IReadOnlyList<TopicPartition> partitions)
    {
        LogLost(partitions.Count);
        TakeAway(() => _handler.OnLost(partitions));
    }

    private void TakeAway(Action handle)
    {
        var isClosing = _closing.IsClosing;
        if (!_closing.TryPause())
            return;
        try
        {
            handle();
        }
        finally
        {
            if (isClosing)
            {
                EndMetadata();
                _closing.Begin();
            }
        }
    }
}
