using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Administration;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Rebalancing;

/// <summary>
/// Decides when a member of a KIP-848 group joins again: when the group means it to have other partitions than it has, and still does a while later. Asks
/// the group only when something is suspicious, and never waits for its answer: a poll that comes late ends the membership.
/// </summary>
/// <param name="detector">Says when to ask.</param>
/// <param name="readTarget">Reads what the group means the member of an id to have; null when that is unknown.</param>
/// <param name="members">Shows what others still have: a handover that is going on is no missed assignment.</param>
/// <param name="self">This member's id.</param>
internal sealed class AssignmentCheck(StuckAssignmentDetector detector, Func<string, Task<IReadOnlySet<TopicPartition>?>> readTarget, IMembersView members, string self)
{
    /// <summary>A group that has just changed means a member to have what it will be told with the next heartbeats.</summary>
    private static readonly TimeSpan ConfirmAfter = TimeSpan.FromSeconds(5);

    private Task<IReadOnlySet<TopicPartition>?>? _question;

    /// <summary>What this member should have and nobody has, and what it has and should not; empty when there is no such thing.</summary>
    private HashSet<TopicPartition> _missed = [];
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
                new GroupAssignments(settings, options.GroupId, loggers.CreateLogger<GroupAssignments>()).ReadAsync, members, options.MemberId);

    /// <summary>Whether the member should join again now. Called at intervals.</summary>
    /// <param name="now">Rises from call to call.</param>
    /// <param name="consumerId">The member's id in the group; empty while it has none.</param>
    /// <param name="assignment">What it has.</param>
    public bool ShouldRejoin(TimeSpan now, string? consumerId, IReadOnlyCollection<TopicPartition> assignment)
    {
        if (_question is not null)
            return _question.IsCompleted && TakeAnswer(now, assignment);
        if (!string.IsNullOrEmpty(consumerId) && (_missed.Count == 0 ? detector.IsSuspicious(now) : now >= _confirmAt))
            _question = readTarget(consumerId);
        return false;
    }

    private bool TakeAnswer(TimeSpan now, IReadOnlyCollection<TopicPartition> assignment)
    {
        var target = _question!.GetAwaiter().GetResult();
        _question = null;
        var before = _missed;
        _missed = target is null ? [] : [.. target.Except(assignment).Where(IsNobodys), .. assignment.Except(target)];
        if (_missed.Count == 0)
            return false;
        if (before.SetEquals(_missed))
        {
            _missed = [];
            return true;
        }
        _confirmAt = now + ConfirmAfter;
        return false;
    }

    /// <summary>A partition that another member has, and gives back when its successor is warm, is still to come.</summary>
    private bool IsNobodys(TopicPartition partition) => members.OwnerOf(TaskId.Of(partition)) is not { } owner || owner == self;
}
