using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Rebalancing;

/// <summary>
/// Lets a member go on with partitions that the group takes away until the members that get them are warm. A KIP-848 group waits for a member that does not
/// give back: its heartbeats go on, and nobody else gets the partitions, for as long as <c>max.poll.interval.ms</c>.
/// </summary>
/// <param name="member">The member that gives back.</param>
/// <param name="members">Shows which members are warm.</param>
internal sealed partial class Successors(MemberContext member, IMembersView members)
{
    /// <summary>Time in which a successor reports that it prepares: it asks the group first.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly ILogger _logger = member.Host.Loggers.CreateLogger<Successors>();
    private readonly TimeProvider _time = member.Host.Time;

    /// <summary>Waits until the successors are warm, or nobody prepares to be one, or <see cref="StreamsOptions.WarmUpBudget"/> is over.</summary>
    /// <param name="partitions">What is to be given back.</param>
    public void WaitFor(IReadOnlyCollection<TopicPartition> partitions)
    {
        if (!member.HandsOverWarm || partitions.Count == 0)
            return;
        var started = _time.GetTimestamp();
        var snapshot = members.Current;
        while (true)
        {
            var elapsed = _time.GetElapsedTime(started);
            var (warm, warming) = Count(snapshot, partitions);
            var isOver = warm == partitions.Count || elapsed >= member.Options.WarmUpBudget || (warming == 0 && elapsed >= Grace) || !HasOthers(snapshot);
            if (isOver)
            {
                LogWaited(partitions.Count, warm, elapsed.TotalMilliseconds);
                return;
            }

            snapshot = WaitForNewer(snapshot, Grace);
        }
    }

    /// <summary>How many of the partitions others have the state of, and of how many they are reading it.</summary>
    private (int Warm, int Warming) Count(MembersSnapshot snapshot, IReadOnlyCollection<TopicPartition> partitions)
    {
        var (warm, warming) = (new HashSet<TaskId>(), new HashSet<TaskId>());
        foreach (var warmUp in snapshot.Members.Values.Where(other => other.MemberId != member.Options.MemberId).SelectMany(other => other.WarmUps))
        {
            warm.UnionWith(warmUp.Warm.Select(partition => new TaskId(warmUp.Topic, partition)));
            warming.UnionWith(warmUp.Warming.Select(partition => new TaskId(warmUp.Topic, partition)));
        }

        return (partitions.Count(partition => warm.Contains(TaskId.Of(partition))), partitions.Count(partition => warming.Contains(TaskId.Of(partition))));
    }

    /// <summary>Whether there is a member that could be a successor.</summary>
    private bool HasOthers(MembersSnapshot snapshot) => snapshot.Members.Values.Any(other => other.MemberId != member.Options.MemberId && !other.IsLeaving);

    private MembersSnapshot WaitForNewer(MembersSnapshot snapshot, TimeSpan atMost)
    {
        using var timeout = new CancellationTokenSource(atMost, _time);
        try
        {
            return members.WaitForNewerAsync(snapshot.Version, timeout.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return members.Current;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Of {Count} tasks to give back, others have the state of {Warm} after {Milliseconds:F0} ms")]
    private partial void LogWaited(int count, int warm, double milliseconds);
}
