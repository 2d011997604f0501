using StreamSocial.Streams.Membership;

namespace StreamSocial.Scaling.Lab.Model;

/// <summary>One member of the group: what it owns and what it has done.</summary>
internal sealed class MemberModel(string id, DateTimeOffset startedAt, int stages)
{
    private readonly long[] _records = new long[stages];
    private readonly double[] _busySeconds = new double[stages];
    private double _busyInTick;
    private double _busyInTickBefore;

    /// <summary>The partitions that it owns, of all stages.</summary>
    public List<(int Number, PartitionModel Partition)> Owned { get; } = [];

    /// <summary>Processes for a tick: each partition gets as much time as it needs, if there is enough, else an equal share; none more than a lane has.</summary>
    /// <param name="seconds">Length of the tick.</param>
    /// <param name="tick">Its number.</param>
    /// <param name="costs">By stage: a replica's seconds for a record.</param>
    /// <param name="lanes">Lanes that share the replica.</param>
    /// <param name="done">Takes the stage and number of processed records.</param>
    public void Process(double seconds, int tick, double[] costs, int lanes, Action<int, long> done)
    {
        var perLane = seconds / lanes;
        var needs = new List<(double Need, PartitionModel Partition)>(Owned.Count);
        foreach (var (_, partition) in Owned)
        {
            if (partition.Lag > 0 && tick >= partition.PausedUntil)
                needs.Add((Math.Min(perLane, partition.Need(costs[partition.Stage])), partition));
        }
        (_busyInTickBefore, _busyInTick) = (_busyInTick, 0);
        var left = seconds;
        // By rising need, so that what a small one leaves goes to those that need more.
        var isEnough = needs.Sum(static need => need.Need) <= left;
        if (!isEnough)
            needs.Sort(static (a, b) => a.Need.CompareTo(b.Need));
        for (var i = 0; i < needs.Count; i++)
        {
            var (need, partition) = needs[i];
            var share = isEnough ? need : Math.Min(need, left / (needs.Count - i));
            left -= share;
            var records = partition.Process(share, costs[partition.Stage]);
            _busySeconds[partition.Stage] += share;
            _records[partition.Stage] += records;
            if (records > 0)
                done(partition.Stage, records);
        }
        _busyInTick = seconds - left;
    }

    /// <summary>What it reports of itself. Of a partition that is paused it has no position yet.</summary>
    public Member Report(DateTimeOffset now, int tick, double tickSeconds, Calibration calibration)
    {
        var member = new Member
        {
            MemberId = id,
            StartedAt = startedAt.ToUnixTimeMilliseconds(),
            ReportedAt = now.ToUnixTimeMilliseconds(),
            Lanes = calibration.Lanes,
            BusyRatio = Math.Min(1, (_busyInTick + _busyInTickBefore) / (2 * tickSeconds)),
        };
        foreach (var (stage, (topic, _, _, _, _)) in calibration.Stages.Index())
        {
            member.Topics.Add(new MemberTopic { Topic = topic });
            member.Stages.Add(new StageCost { Topic = topic, Records = _records[stage], Entries = _records[stage], BusyMs = _busySeconds[stage] * 1000 * calibration.Lanes });
        }
        foreach (var (number, partition) in Owned)
        {
            var topic = member.Topics[partition.Stage];
            topic.Partitions.Add(number);
            topic.NextOffsets.Add(tick < partition.PausedUntil ? -1 : partition.ReportedOffset);
        }
        return member;
    }
}
