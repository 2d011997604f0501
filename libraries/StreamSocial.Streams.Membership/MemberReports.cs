using StreamSocial.Kafka.Records;

namespace StreamSocial.Streams.Membership;

/// <summary>Reads what members report. Anybody may write to their topics: what passes here can be relied on by everything that shows or adds it.</summary>
public static class MemberReports
{
    private const int MostLanes = 10_000;

    /// <summary>How far an event's time may be from the one at which the log took it: more is a wrong clock.</summary>
    private static readonly TimeSpan MostSkew = TimeSpan.FromMinutes(1);

    /// <summary>Reads a report. Its time becomes the one at which the log took it: members' clocks are not compared with each other.</summary>
    /// <param name="memberId">The record's key.</param>
    /// <param name="value">The record's value.</param>
    /// <param name="appendedAt">When the log took it.</param>
    /// <exception cref="InvalidDataException">The value is not a report of this member, or has an absurd number.</exception>
    /// <exception cref="Google.Protobuf.InvalidProtocolBufferException">The value is not a report.</exception>
    public static Member Read(string memberId, byte[] value, DateTimeOffset appendedAt)
    {
        var member = Member.Parser.ParseFrom(value);
        FieldCheck.Key("member_id", member.MemberId, memberId);
        FieldCheck.Name("resource_name", member.ResourceName);
        FieldCheck.Name("endpoint", member.Endpoint);
        FieldCheck.Number("epoch", member.Epoch);
        FieldCheck.Number("lanes", member.Lanes, 0, MostLanes);
        FieldCheck.Time("started_at", member.StartedAt);
        FieldCheck.Time("true_rate_at", member.TrueRateAt);
        if (member.HasTrueRate)
            FieldCheck.Amount("true_rate", member.TrueRate);
        if (member.HasBusyRatio)
            FieldCheck.Amount("busy_ratio", member.BusyRatio);
        FieldCheck.Numbers("memory", [member.MemoryBytes, member.MemoryLimitBytes, member.StateBytes]);
        var stores = new HashSet<string>(StringComparer.Ordinal);
        foreach (var store in member.Stores)
        {
            FieldCheck.Name("store", store.Name);
            if (!stores.Add(store.Name))
                throw new InvalidDataException("it names a store twice");
            FieldCheck.Numbers("store", [store.Entries, store.Bytes]);
        }
        foreach (var warmUp in member.WarmUps)
        {
            FieldCheck.Name("topic", warmUp.Topic);
            FieldCheck.Partitions("warm partition", warmUp.Warm);
            FieldCheck.Partitions("warming partition", warmUp.Warming);
        }
        foreach (var released in member.Releasing)
        {
            FieldCheck.Name("topic", released.Topic);
            FieldCheck.Partitions("releasing partition", released.Partitions);
        }
        foreach (var topic in member.WaitingInputs)
            FieldCheck.Name("waiting input", topic);
        foreach (var topic in member.PausedInputs)
            FieldCheck.Name("paused input", topic);
        CheckTopics(member);
        CheckCounts(member);
        member.ReportedAt = appendedAt.ToUnixTimeMilliseconds();
        return member;
    }

    /// <summary>Reads a rebalance event. Its time becomes the one at which the log took it if the two are more than a minute apart.</summary>
    /// <param name="value">The record's value.</param>
    /// <param name="appendedAt">When the log took it.</param>
    /// <exception cref="InvalidDataException">The value has an absurd number.</exception>
    /// <exception cref="Google.Protobuf.InvalidProtocolBufferException">The value is not an event.</exception>
    public static RebalanceEvent ReadEvent(byte[] value, DateTimeOffset appendedAt)
    {
        var change = RebalanceEvent.Parser.ParseFrom(value);
        if (change.MemberId.Length == 0)
            throw new InvalidDataException("it names no member");
        FieldCheck.Name("member_id", change.MemberId);
        FieldCheck.Number("epoch", change.Epoch);
        FieldCheck.Amount("duration", change.Duration);
        FieldCheck.Number("duration", (long)Math.Min(change.Duration, long.MaxValue), 0, (long)TimeSpan.FromDays(1).TotalMilliseconds);
        foreach (var topic in change.Partitions)
        {
            FieldCheck.Name("topic", topic.Topic);
            FieldCheck.Partitions("partition", topic.Partitions);
        }
        var appended = appendedAt.ToUnixTimeMilliseconds();
        var skew = (long)MostSkew.TotalMilliseconds;
        if (change.OccurredAt < appended - skew || change.OccurredAt > appended + skew)
            change.OccurredAt = appended;
        return change;
    }

    private static void CheckTopics(Member member)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var topic in member.Topics)
        {
            FieldCheck.Name("topic", topic.Topic);
            if (!names.Add(topic.Topic))
                throw new InvalidDataException("it names a topic twice");
            FieldCheck.Partitions("partition", topic.Partitions);
            // -1: not known yet.
            FieldCheck.Numbers("next_offset", topic.NextOffsets, minimum: -1);
            FieldCheck.Numbers("committed_offset", topic.CommittedOffsets, minimum: -1);
            FieldCheck.Numbers("reset_id", topic.ResetIds);
            if (topic.NextOffsets.Count != topic.Partitions.Count || topic.CommittedOffsets.Count != topic.Partitions.Count)
                throw new InvalidDataException("it does not give each of its partitions two offsets");
        }
        foreach (var table in member.Tables)
        {
            FieldCheck.Name("table", table.Topic);
            FieldCheck.Numbers("next_offset", table.NextOffsets, minimum: -1);
        }
    }

    private static void CheckCounts(Member member)
    {
        if (member.Counters is { } counters)
        {
            foreach (var field in MemberCounters.Descriptor.Fields.InDeclarationOrder())
                FieldCheck.Number(field.Name, (long)field.Accessor.GetValue(counters));
        }
        if (member.Audit is { } audit)
            FieldCheck.Numbers("audit", [audit.Lost, audit.Misordered, audit.DuplicatesDropped, audit.RecordsSkipped]);
        foreach (var task in member.FailedTasks)
        {
            FieldCheck.Name("failed task", task.Topic);
            FieldCheck.Partitions("partition", [task.Partition]);
            FieldCheck.Number("failures", task.Failures);
            FieldCheck.Time("failed_at", task.FailedAt);
            FieldCheck.Time("next_try_at", task.NextTryAt);
        }
        foreach (var stage in member.Stages)
        {
            FieldCheck.Name("stage", stage.Topic);
            FieldCheck.Numbers("records", [stage.Records, stage.Entries]);
            FieldCheck.Amount("busy_ms", stage.BusyMs);
        }
        foreach (var edge in member.Edges)
        {
            FieldCheck.Name("edge", edge.Source);
            FieldCheck.Name("edge", edge.Topic);
            FieldCheck.Partitions("partition", [edge.Partition]);
            FieldCheck.Numbers("edge counts", [edge.Lost, edge.DuplicatesDropped, edge.Misordered]);
        }
    }
}
