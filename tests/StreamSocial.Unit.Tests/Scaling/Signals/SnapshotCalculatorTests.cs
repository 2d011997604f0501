using StreamSocial.Scaling.Signals;
using StreamSocial.Kafka.Lag;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Unit.Tests.Scaling.Signals;

public sealed class SnapshotCalculatorTests
{
    private static readonly DateTimeOffset Now = Snapshots.Now;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    [Fact]
    public void Calculate_TwoReadings_GivesLagAndRate()
    {
        var snapshot = SnapshotCalculator.Calculate(Reading(-2, [100]), Reading(0, [160], Member("a", [0], [130])));

        Assert.Equal(new PartitionSignal("t", 0, 30, 30), Assert.Single(snapshot.Partitions));
    }

    [Fact]
    public void Calculate_FirstReading_KnowsLagAndNoRate()
    {
        var snapshot = SnapshotCalculator.Calculate(null, Reading(0, [160], Member("a", [0], [130])));

        Assert.Equal(new PartitionSignal("t", 0, 30, null), Assert.Single(snapshot.Partitions));
    }

    [Theory]
    [InlineData(100L, null, 130L, null, null)] // no end now
    [InlineData(null, 160L, 130L, 30L, null)] // no end before
    [InlineData(100L, 160L, null, null, 30.0)] // no owner
    [InlineData(100L, 160L, -1L, null, 30.0)] // restoring
    [InlineData(160L, 100L, 90L, 10L, null)] // the log end went back
    [InlineData(100L, 160L, 170L, 0L, 30.0)] // the position was read after the end
    public void Calculate_SomethingMissing_IsUnknownAlone(long? before, long? now, long? position, long? lag, double? rate)
    {
        var members = position is { } known ? new[] { Member("a", [0], [known]) } : [];

        var snapshot = SnapshotCalculator.Calculate(Reading(-2, [before]), Reading(0, [now], members));

        Assert.Equal(new PartitionSignal("t", 0, lag, rate, IsRestoring: position < 0), Assert.Single(snapshot.Partitions));
    }

    /// <summary>What a partition takes that nobody has is not known, however long its records wait.</summary>
    [Theory]
    [InlineData(null, null, false)]
    [InlineData(-1L, null, false)]
    [InlineData(90L, 31.0, true)]
    public void Calculate_AgeIsOnlyALowerBound_CountsWhereThePositionIsKnown(long? position, double? age, bool isAtLeast)
    {
        var reading = Reading(0, [160], position is { } known ? [Member("a", [0], [known])] : []);
        var topic = reading.Topics[0];
        reading = reading with { Topics = [topic with { Partitions = [topic.Partitions[0] with { OldestAge = TimeSpan.FromSeconds(31), IsAgeAtLeast = true }] }] };

        var snapshot = SnapshotCalculator.Calculate(null, reading);

        var partition = Assert.Single(snapshot.Partitions);
        Assert.Equal((age, isAtLeast), (partition.OldestAge?.TotalSeconds, partition.IsAgeAtLeast));
        Assert.False(snapshot.KnowsAges);
    }

    [Fact]
    public void Calculate_TopicUnread_IsListedWithoutPartitions()
    {
        var snapshot = SnapshotCalculator.Calculate(null, GroupReading.Create(Now, [new TopicLogEnds("t", [])], [], Timeout));

        Assert.Empty(snapshot.Partitions);
        Assert.Equal(["t"], snapshot.UnreadTopics);
    }

    [Fact]
    public void Calculate_MembersUnread_AreUnknownNotNone()
    {
        var snapshot = SnapshotCalculator.Calculate(null, GroupReading.Create(Now, [], null, Timeout));

        Assert.Null(snapshot.Members);
    }

    [Fact]
    public void Calculate_SilentMember_CountsAsGone()
    {
        var silent = Member("a", [0], [130]);
        silent.ReportedAt = Now.AddSeconds(-11).ToUnixTimeMilliseconds();

        var snapshot = SnapshotCalculator.Calculate(null, Reading(0, [160], silent));

        Assert.Empty(snapshot.Members!.Value);
        Assert.Null(snapshot.Partitions[0].LagRecords);
    }

    [Fact]
    public void Costs_TwoReports_GiveBusyTimePerRecordAndLane()
    {
        var earlier = Reading(-3, [1], Worker("a", lanes: 2, records: 100, busyMs: 50));
        var current = Reading(0, [1], Worker("a", lanes: 2, records: 600, busyMs: 1050));

        // A second of lane time, half a second of the replica's, for 500 records.
        Assert.Equal(("t", new StageCostSignal(0.001, Now)), Assert.Single(SnapshotCalculator.Costs(earlier, current, TimeSpan.Zero)));
    }

    [Theory]
    [InlineData(149, 500, 0)] // less than 100 ms of work
    [InlineData(1050, 100, 0)] // busy without a record
    [InlineData(1050, 600, 60)] // too young at the first reading
    public void Costs_TooLittleOrCold_AreUnknown(double busyMs, long records, int warmUpSeconds)
    {
        var earlier = Reading(-3, [1], Worker("a", lanes: 1, records: 100, busyMs: 50));
        var current = Reading(0, [1], Worker("a", lanes: 1, records: records, busyMs: busyMs));

        Assert.Empty(SnapshotCalculator.Costs(earlier, current, TimeSpan.FromSeconds(warmUpSeconds)));
    }

    [Fact]
    public void Costs_MemberStartedAgain_ItsNewTotalsAreNotCompared()
    {
        var again = Worker("a", lanes: 1, records: 600, busyMs: 1050);
        again.StartedAt++;

        Assert.Empty(SnapshotCalculator.Costs(Reading(-3, [1], Worker("a", lanes: 1, records: 100, busyMs: 50)), Reading(0, [1], again), TimeSpan.Zero));
    }

    private static Member Worker(string id, int lanes, long records, double busyMs)
    {
        var member = Member(id, [0], [1]);
        (member.Lanes, member.StartedAt) = (lanes, Now.AddSeconds(-33).ToUnixTimeMilliseconds());
        member.Stages.Add(new StageCost { Topic = "t", Records = records, BusyMs = busyMs });
        return member;
    }

    private static GroupReading Reading(int seconds, long?[] ends, params Member[] members) =>
        GroupReading.Create(Now.AddSeconds(seconds), [new TopicLogEnds("t", [.. ends])], members, Timeout);

    private static Member Member(string id, int[] partitions, long[] nextOffsets) => new()
    {
        MemberId = id,
        ReportedAt = Now.ToUnixTimeMilliseconds(),
        Topics = { new MemberTopic { Topic = "t", Partitions = { partitions }, NextOffsets = { nextOffsets } } },
    };
}
