using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka;

namespace StreamSocial.Streams.Rebalancing;

/// <summary>
/// Asks the group's coordinator from time to time what it believes this member has. A member that has something else, and keeps it, was
/// never told: librdkafka gives a heartbeat up after one heartbeat interval and asks again without asking for the assignment, and the
/// broker sends an assignment once. So an answer that is late for once, which happens when machines are busy and so just when members come
/// and go, would leave partitions without an owner until the group next changes.
/// </summary>
internal sealed partial class AssignmentCheck : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private readonly string _groupId;
    private readonly TimeProvider _time;
    private readonly ILogger<AssignmentCheck> _logger;
    private readonly IAdminClient _admin;
    private readonly CancellationTokenSource _stopping = new();
    private readonly AssignmentDrift _drift = new(Patience);
    private Seat? _seat;
    private int _mustRejoin;
    private Task _loop = Task.CompletedTask;

    public AssignmentCheck(KafkaClientSettings settings, StreamsOptions options, TimeProvider time, ILogger<AssignmentCheck> logger)
    {
        (_groupId, _time, _logger) = (options.GroupId, time, logger);
        _admin = new AdminClientBuilder(settings.CreateAdminConfig($"{options.MemberId}-assignment"))
            .SetLogHandler((_, message) => LogClient(message.Name, message.Facility, message.Message))
            .SetErrorHandler((_, error) => LogClient("admin", error.Code.ToString(), error.Reason))
            .Build();
    }

    public void Start() => _loop = Task.Run(() => RunAsync(_stopping.Token));

    /// <summary>Says what this member has. Called by the membership thread.</summary>
    public void Hold(string memberId, IReadOnlySet<TopicPartition> partitions) => Volatile.Write(ref _seat, new Seat(memberId, partitions));

    /// <summary>Whether the member should leave and join again; said once.</summary>
    public bool TakeRejoin() => Interlocked.Exchange(ref _mustRejoin, 0) == 1;

    public void Dispose()
    {
        _stopping.Cancel();
        _loop.GetAwaiter().GetResult();
        _admin.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                if (Volatile.Read(ref _seat) is not { } seat)
                    continue;
                var believed = await AskAsync(seat.MemberId, cancellationToken);
                // What changed while the coordinator answered proves nothing.
                if (!ReferenceEquals(seat, Volatile.Read(ref _seat)) || !_drift.Observe(_time.GetElapsedTime(start), believed, seat.Partitions))
                    continue;
                LogDrift(seat.Partitions.Count, believed!.Count);
                Volatile.Write(ref _mustRejoin, 1);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The member leaves.
        }
    }

    /// <returns>Null when the coordinator does not answer or knows no such member: nothing can be told then.</returns>
    private async Task<IReadOnlySet<TopicPartition>?> AskAsync(string memberId, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await _admin.DescribeConsumerGroupsAsync([_groupId], new DescribeConsumerGroupsOptions { RequestTimeout = RequestTimeout }).WaitAsync(cancellationToken);
            var member = answer.ConsumerGroupDescriptions.SelectMany(group => group.Members).FirstOrDefault(member => member.ConsumerId == memberId);
            return member?.Assignment.TopicPartitions.ToHashSet();
        }
        catch (KafkaException e)
        {
            LogUnanswered(e.Error.Code, e.Error.Reason);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "This member has {Held} partitions and the group believes it has {Believed}: it was not told, and joins again")]
    private partial void LogDrift(int held, int believed);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The coordinator does not say what this member should have ({Code}: {Reason})")]
    private partial void LogUnanswered(ErrorCode code, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Client} {Facility}: {Text}")]
    private partial void LogClient(string client, string facility, string text);

    private sealed record Seat(string MemberId, IReadOnlySet<TopicPartition> Partitions);
}
