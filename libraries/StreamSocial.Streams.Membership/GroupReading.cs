using System.Collections.Immutable;
using StreamSocial.Kafka.Lag;
using StreamSocial.Streams.Membership.Diagnosis;

namespace StreamSocial.Streams.Membership;

/// <summary>Reads a consumer group: log ends from the brokers, owners and positions from topic <c>members</c>. Thread-safe.</summary>
public sealed class GroupReader(LogEndReader logEnds, IMembersView members, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly LogEndHistory _history = new();
    private readonly DiagnosisHistory _diagnoses = new();

    /// <summary>Reads the group once. What cannot be read is null in the reading, not an exception.</summary>
    /// <param name="topics">Name and number of partitions of each input topic.</param>
    /// <param name="timeout">Bound for each request to the brokers.</param>
    /// <param name="memberTimeout">Age of a member's last report after which it owns nothing.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<GroupReading> ReadAsync(
        IReadOnlyList<(string Name, int Partitions)> topics, TimeSpan timeout, TimeSpan memberTimeout, CancellationToken cancellationToken)
    {
        var ends = await logEnds.ReadAsync(topics, timeout, cancellationToken);
        // Positions are taken right after the log ends: the fresher they are, the smaller the error of the lag.
        var (group, at) = (members.Current, time.GetUtcNow());
        var reading = GroupReading.Create(at, ends, group.IsCaughtUp ? [.. group.Members.Values] : null, memberTimeout, group.Clock?.At(at));
        lock (_gate)
            return _diagnoses.Add(_history.Add(reading));
    }
}

/// <summary>A consumer group at one moment: its members, and the log end, owner and positions of each partition. Null: could not be read.</summary>
/// <param name="At">When it was read.</param>
/// <param name="Topics">The input topics, in the order in which they were asked for.</param>
/// <param name="Members">All members that are known, silent ones too; null when unknown.</param>
/// <param name="MemberTimeout">Age of a member's last report after which it counts as silent and owns nothing.</param>
public sealed record GroupReading(
    DateTimeOffset At, ImmutableArray<TopicReading> Topics, IReadOnlyCollection<Member>? Members, TimeSpan MemberTimeout)
{
    /// <summary>The time of the log that the members report to, by which they are silent or not.</summary>
    public DateTimeOffset LogTime { get; private init; } = At;

    /// <summary>Joins log ends and members. A pure function.</summary>
    /// <param name="at">When it was read.</param>
    /// <param name="logEnds">The log ends.</param>
    /// <param name="members">All members that are known; null when unknown.</param>
    /// <param name="memberTimeout">Age of a member's last report after which it counts as silent.</param>
    /// <param name="logTime">The time of the log that the members report to; null when it is the reader's.</param>
    public static GroupReading Create(
        DateTimeOffset at, IEnumerable<TopicLogEnds> logEnds, IReadOnlyCollection<Member>? members, TimeSpan memberTimeout, DateTimeOffset? logTime = null)
    {
        var reading = new GroupReading(at, [], members, memberTimeout) { LogTime = logTime ?? at };
        var positions = Positions(members?.Where(member => !reading.IsSilent(member)) ?? []);
        return reading with
        {
            Topics = [.. logEnds.Select(topic => new TopicReading(topic.Topic, [.. topic.NextOffsets.Select((end, partition) => Join(topic.Topic, partition, end))]))],
        };

        PartitionReading Join(string topic, int partition, long? end) =>
            positions.TryGetValue((topic, partition), out var position) ? position with { LogEnd = end } : new PartitionReading(end, null, null, null, false);
    }

    /// <summary>Whether a member has not reported for longer than the timeout.</summary>
    public bool IsSilent(Member member) => LogTime.ToUnixTimeMilliseconds() - member.ReportedAt > MemberTimeout.TotalMilliseconds;

    /// <summary>The reading of a topic; null when it was not asked for.</summary>
    public TopicReading? Find(string topic) => Topics.FirstOrDefault(reading => reading.Topic == topic);

    // While a partition moves, two members may report it: the newer report counts, and equal ones are ordered by id, so that all readers agree.
    private static Dictionary<(string Topic, int Partition), PartitionReading> Positions(IEnumerable<Member> members)
    {
        var positions = new Dictionary<(string, int), PartitionReading>();
        foreach (var member in members.OrderBy(member => member.ReportedAt).ThenBy(member => member.MemberId, StringComparer.Ordinal))
        {
            foreach (var topic in member.Topics)
            {
                for (var i = 0; i < topic.Partitions.Count; i++)
                {
                    var next = At(topic.NextOffsets, i);
                    positions[(topic.Topic, topic.Partitions[i])] =
                        new PartitionReading(null, member, Known(next), Known(At(topic.CommittedOffsets, i)), next < 0);
                }
            }
        }
        return positions;

        static long? At(IReadOnlyList<long> offsets, int index) => index < offsets.Count ? offsets[index] : null;
        static long? Known(long? offset) => offset >= 0 ? offset : null;
    }
}

/// <summary>One input topic.</summary>
/// <param name="Topic">Its name.</param>
/// <param name="Partitions">By partition; empty when not even their number is known.</param>
public sealed record TopicReading(string Topic, ImmutableArray<PartitionReading> Partitions)
{
    /// <summary>The reading of a partition; null when there is none.</summary>
    public PartitionReading? Find(int partition) => partition < Partitions.Length ? Partitions[partition] : null;
}

/// <summary>One partition of an input topic.</summary>
/// <param name="LogEnd">Offset that the next record will get; null when the broker did not say.</param>
/// <param name="Owner">The member that reports the partition as its own; null when none does.</param>
/// <param name="NextOffset">First offset that the owner has not processed; null when unknown.</param>
/// <param name="CommittedOffset">The owner's committed position; null when there is none.</param>
/// <param name="IsRestoring">Whether the owner has no position yet because it restores the state.</param>
public readonly record struct PartitionReading(long? LogEnd, Member? Owner, long? NextOffset, long? CommittedOffset, bool IsRestoring)
{
    /// <summary>
    /// Age of the oldest unprocessed record as earlier readings of the same reader show it, exact to the time between two of them; zero when nothing waits;
    /// null when unknown.
    /// </summary>
    public TimeSpan? OldestAge { get; init; }

    /// <summary>
    /// Whether <see cref="OldestAge"/> is only the least that it can be: the record was there before the first reading, or it is the age by <see cref="LastOffset"/>,
    /// which nobody says any more.
    /// </summary>
    public bool IsAgeAtLeast { get; init; }

    /// <summary>The last known position, as earlier readings of the same reader show it; null when none was known.</summary>
    public long? LastOffset { get; init; }

    /// <summary>How its consumer gets on, as earlier readings of the same reader show it.</summary>
    public PartitionDiagnosis Diagnosis { get; init; }

    /// <summary>Records that wait; null when the log end or the position is unknown.</summary>
    public long? Lag => Behind(NextOffset);

    /// <summary>Records that wait, by the last known position where the present one is unknown; null when that or the log end is.</summary>
    public long? LeastLag => Behind(NextOffset ?? LastOffset);

    /// <summary>Records after the committed position; null when either is unknown.</summary>
    public long? CommittedLag => Behind(CommittedOffset);

    /// <summary>Records appended since an earlier reading; null when unknown.</summary>
    public long? AppendedSince(PartitionReading? earlier) => Advance(earlier?.LogEnd, LogEnd);

    /// <summary>Records processed since an earlier reading; null when unknown.</summary>
    public long? ProcessedSince(PartitionReading? earlier) => Advance(earlier?.NextOffset, NextOffset);

    // A position is reported a moment before or after the log end is read, so it may be ahead of it: then nothing waits.
    private long? Behind(long? position) => LogEnd is { } end && position is { } next ? Math.Max(0, end - next) : null;

    // A position that went back was replayed by a new owner; a log end that went back belongs to a new topic of the same name. Neither measures progress.
    private static long? Advance(long? before, long? now) => now >= before ? now - before : null;
}
