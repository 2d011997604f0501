using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Administration;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Streams.Rebalancing;

/// <summary>
/// Decides when a member of a KIP-848 group joins again: when the group means it to have other partitions than it has, and still does a while later. Asks
/// the group only when something is suspicious, and never waits for its answer: a poll that comes late ends the membership.
/// </summary>
/// <param name="detector">Says when to ask.</param>
/// <param name="readTarget">Reads what the group means the member of an id to have; null when that is unknown.</param>
internal sealed class AssignmentCheck(StuckAssignmentDetector detector, Func<string, Task<IReadOnlySet<TopicPartition>?>> readTarget)
{
    /// <summary>A group that has just changed means a member to have what it will be told with the next heartbeats.</summary>
    private static readonly TimeSpan ConfirmAfter = TimeSpan.FromSeconds(5);

    private Task<IReadOnlySet<TopicPartition>?>? _question;

    /// <summary>What the group means this member to have, and it has not; null when there is no such thing.</summary>
    private IReadOnlySet<TopicPartition>? _missed;
    private TimeSpan _confirmAt;

    /// <summary>
    /// The check of a member; null where no assignment can be missed: only members of KIP-848 groups miss one, and the embedded brokers answer in time.
    /// </summary>
    public static AssignmentCheck? Create(
        KafkaClientSettings settings, StreamsOptions options, IMembersView members, IReadOnlyList<(string Topic, int Partitions)> inputs, ILoggerFactory loggers) =>
        settings.IsEmbedded || options.GroupProtocol != StreamsGroupProtocol.Consumer
            ? null
            : new AssignmentCheck(
                new StuckAssignmentDetector(members, inputs, options.MemberId),
                new GroupAssignments(settings, options.GroupId, loggers.CreateLogger<GroupAssignments>()).ReadAsync);

    /// <summary>Whether the member should join again now. Called at intervals.</summary>
    /// <param name="now">Rises from call to call.</param>
    /// <param name="consumerId">The member's id in the group; empty while it has none.</param>
    /// <param name="assignment">What it has.</param>
    public bool ShouldRejoin(TimeSpan now, string? consumerId, IReadOnlyCollection<TopicPartition> assignment)
    {
        if (_question is not null)
            return _question.IsCompleted && TakeAnswer(now, assignment);
        if (!string.IsNullOrEmpty(consumerId) && (_missed is null ? detector.IsSuspicious(now) : now >= _confirmAt))
            _question = readTarget(consumerId);
        return false;
    }

    private bool TakeAnswer(TimeSpan now, IReadOnlyCollection<TopicPartition> assignment)
    {
        var target = _question!.GetAwaiter().GetResult();
        _question = null;
        var before = _missed;
        _missed = target is null || target.SetEquals(assignment) ? null : target;
        if (_missed is null)
            return false;
        if (before?.SetEquals(_missed) == true)
        {
            _missed = null;
            return true;
        }
        _confirmAt = now + ConfirmAfter;
        return false;
    }
}
