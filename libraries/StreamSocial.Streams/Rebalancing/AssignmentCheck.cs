using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Administration;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Rebalancing;

/// <summary>
/// Decides when a member of a KIP-848 group joins again: when the group means it to have other partitions than it has, and still does a while later. Asks
/// the group only when something is suspicious, or when the member has nothing and the group has not named it since, and never waits for its answer: a poll that
/// comes late ends the membership.
/// </summary>
/// <param name="detector">Says when to ask.</param>
/// <param name="readTarget">Reads what the group means the member of an id to have; null when it does not answer.</param>
/// <param name="members">Shows what others still have: a handover that is going on is no missed assignment.</param>
/// <param name="self">This member's id.</param>
internal sealed class AssignmentCheck(StuckAssignmentDetector detector, Func<string, Task<MemberTarget?>> readTarget, IMembersView members, string self)
{
    /// <summary>A group that has just changed means a member to have what it will be told with the next heartbeats.</summary>
    private static readonly TimeSpan ConfirmAfter = TimeSpan.FromSeconds(5);

    /// <summary>Pause before the next question when the last one had no answer, or the group did not know the member.</summary>
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(3);

    /// <summary>Longer than a member takes to join, as a rule.</summary>
    private static readonly TimeSpan JoinsWithin = TimeSpan.FromSeconds(10);

    /// <summary>Pause between two questions of a member that has nothing and that the group knows: it may put it out later.</summary>
    private static readonly TimeSpan KnownFor = TimeSpan.FromMinutes(1);

    /// <summary>An answer that is taken later says nothing of now: the process stood still.</summary>
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(15);

    private Task<MemberTarget?>? _question;
    private TimeSpan _askedAt;

    /// <summary>Whether the question is asked because something is suspicious; otherwise only whether the group knows the member.</summary>
    private bool _isSuspicious;

    /// <summary>What this member should have and nobody has, and what it has and should not; empty when there is no such thing.</summary>
    private HashSet<TopicPartition> _missed = [];

    /// <summary>When to ask next, whatever the detector says; null: when it says so.</summary>
    private TimeSpan? _askAt;

    /// <summary>When to ask whether the group knows the member, which has nothing.</summary>
    private TimeSpan _joinsBy = JoinsWithin;

    /// <summary>When the group first answered that it does not know the member, which has nothing; null when the last question had another answer or none.</summary>
    private TimeSpan? _unknownSince;

    /// <summary>How long the group has answered, and nothing else, that it does not know the member, which has nothing; 0 when it does not say so.</summary>
    public TimeSpan UnknownFor { get; private set; }

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
    /// <param name="consumerId">The member's id in the group; empty while it has none, and then no member.</param>
    /// <param name="assignment">What it has.</param>
    public bool ShouldRejoin(TimeSpan now, string? consumerId, IReadOnlyCollection<TopicPartition> assignment)
    {
        if (assignment.Count > 0)
            (_joinsBy, _unknownSince, UnknownFor) = (now + JoinsWithin, null, TimeSpan.Zero);
        if (_question is not null)
            return _question.IsCompleted && TakeAnswer(now, assignment);
        if (_askAt is null)
            _isSuspicious = detector.IsSuspicious(now);
        if (_askAt is { } at ? now >= at : _isSuspicious || now >= _joinsBy)
            (_question, _askedAt) = (readTarget(consumerId ?? ""), now);
        return false;
    }

    private bool TakeAnswer(TimeSpan now, IReadOnlyCollection<TopicPartition> assignment)
    {
        var target = now - _askedAt < AnswersWithin ? _question!.GetAwaiter().GetResult() : null;
        _question = null;
        // Without an answer nothing is known: the brokers may be away. What was asked is asked again soon; the detector would wait twice as long.
        _unknownSince = target is { IsMember: false } && assignment.Count == 0 ? _unknownSince ?? now : null;
        UnknownFor = now - _unknownSince ?? TimeSpan.Zero;
        _askAt = target is null || _unknownSince is not null ? now + AskAgainAfter : null;
        if (target is null)
            return false;
        var before = _missed;
        _missed = [];
        if (!target.IsMember)
            return false;
        _joinsBy = now + KnownFor;
        if (!_isSuspicious)
            return false;
        HashSet<TopicPartition> missed = [.. target.Partitions.Except(assignment).Where(IsNobodys), .. assignment.Except(target.Partitions)];
        if (missed.Count == 0)
            return false;
        if (before.SetEquals(missed))
        {
            _joinsBy = now + JoinsWithin;
            return true;
        }
        _missed = missed;
        _askAt = now + ConfirmAfter;
        return false;
    }

    /// <summary>A partition that another member has, and gives back when its successor is warm, is still to come.</summary>
    private bool IsNobodys(TopicPartition partition) => members.OwnerOf(TaskId.Of(partition)) is not { } owner || owner == self;
}
