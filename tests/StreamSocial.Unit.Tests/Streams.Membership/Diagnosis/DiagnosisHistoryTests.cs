using StreamSocial.Kafka.Lag;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Membership.Diagnosis;

namespace StreamSocial.Unit.Tests.Streams.Membership.Diagnosis;

public sealed class DiagnosisHistoryTests
{
    private const string Topic = "clicks";
    private const int Partitions = 4;

    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    private readonly DiagnosisHistory _history = new();

    [Theory]
    // Burrow's rules, one a row: positions, then log ends, as four readings show them.
    [InlineData(ConsumerStatus.Ok, new long[] { 0, 10, 20, 30 }, new long[] { 10, 20, 20, 50 })]
    [InlineData(ConsumerStatus.Ok, new long[] { 0, 10, 20, 30 }, new long[] { 90, 95, 99, 104 })]
    [InlineData(ConsumerStatus.Ok, new long[] { 5, 5, 5, 5 }, new long[] { 5, 5, 5, 5 })]
    [InlineData(ConsumerStatus.Warn, new long[] { 0, 10, 20, 30 }, new long[] { 50, 60, 80, 90 })]
    [InlineData(ConsumerStatus.Stall, new long[] { 7, 7, 7, 7 }, new long[] { 10, 10, 12, 12 })]
    [InlineData(ConsumerStatus.Rewind, new long[] { 30, 40, 20, 30 }, new long[] { 50, 50, 50, 50 })]
    public void Status_IsAsBurrowSays(ConsumerStatus expected, long[] positions, long[] ends)
    {
        var diagnosis = Read(positions, ends);

        Assert.Equal(expected, diagnosis.Status);
    }

    [Fact]
    public void Status_FewReadings_IsUnknownAndNoCauseIsNamed() =>
        Assert.Equal(new PartitionDiagnosis(ConsumerStatus.Unknown, DelayCause.None), Read([0, 0], [50, 60]));

    [Fact]
    public void Status_ManyReadingsInOneSecond_CountOnce()
    {
        for (var i = 0; i < 20; i++)
            _history.Add(Group(Start.AddMilliseconds(i * 40), i, 100 + i, Owner()));

        Assert.Equal(ConsumerStatus.Unknown, Last(Group(Start.AddSeconds(0.85), 20, 200, Owner())).Status);
    }

    [Fact]
    public void Status_ClockSetBack_IsOfTheReadingsSince()
    {
        for (var second = 0; second < 4; second++)
            _history.Add(Group(Start.AddHours(1).AddSeconds(second), 7, 10, Owner()));

        var statuses = Enumerable.Range(0, 4).Select(second => Last(Group(Start.AddSeconds(second), 7 + second, 20 + (2 * second), Owner())).Status).ToArray();

        Assert.Equal([ConsumerStatus.Unknown, ConsumerStatus.Unknown, ConsumerStatus.Unknown, ConsumerStatus.Warn], statuses);
    }

    [Fact]
    public void Cause_NobodyReportsIt_IsNoOwnerAndStopped()
    {
        Read([0, 0, 0, 0], [9, 9, 9, 9]);

        Assert.Equal(new PartitionDiagnosis(ConsumerStatus.Stop, DelayCause.NoOwner), Last(Group(Start.AddSeconds(9), null, 9)));
    }

    [Fact]
    public void Cause_MembersCannotBeRead_IsUnknown() =>
        Assert.Equal(DelayCause.Unknown, Last(GroupReading.Create(Start, Ends(5), members: null, TimeSpan.FromSeconds(10))).Cause);

    [Fact]
    public void Cause_OwnerHasNoPosition_IsRestoring() => Assert.Equal(DelayCause.Restoring, Last(Group(Start, -1, 9, Owner())).Cause);

    [Theory]
    [InlineData(true, DelayCause.Poison)]
    [InlineData(false, DelayCause.FailedTask)]
    public void Cause_TaskFailed_SaysWhetherAnEntryIsTheReason(bool isPoisoned, DelayCause expected)
    {
        var owner = Owner();
        owner.FailedTasks.Add(new FailedTask { Topic = Topic, Partition = 0, IsPoisoned = isPoisoned });

        Assert.Equal(expected, Last(Group(Start, 3, 9, owner)).Cause);
    }

    [Fact]
    public void Cause_StageWaits_IsSlowDownstream()
    {
        var owner = Owner();
        owner.WaitingInputs.Add(Topic);

        Assert.Equal(DelayCause.SlowDownstream, Read([7, 7, 7, 7], [10, 11, 12, 13], owner: owner).Cause);
    }

    [Fact]
    public void Cause_OnlyItGetsMost_IsAHotKey() => Assert.Equal(DelayCause.HotKey, Read([0, 10, 20, 30], [50, 100, 200, 300], others: 5).Cause);

    [Fact]
    public void Cause_NothingArrivesAndItStandsStill_IsNoHotKey() => Assert.Equal(DelayCause.TooFewReplicas, Read([7, 7, 7, 7], [90, 90, 90, 90]).Cause);

    [Fact]
    public void Cause_PositionWentBack_IsRestoringUntilItHasPassedWhatItWas()
    {
        Assert.Equal(DelayCause.Restoring, Read([30, 40, 20, 30], [90, 100, 110, 120]).Cause);
        Assert.Equal(new PartitionDiagnosis(ConsumerStatus.Rewind, DelayCause.TooFewReplicas), Last(Group(Start.AddSeconds(4), 41, 130, Owner())));
    }

    [Fact]
    public void Cause_AllGrowAndTheOwnerIsBusy_IsTooFewReplicas() =>
        Assert.Equal(DelayCause.TooFewReplicas, Read([0, 10, 20, 30], [50, 100, 200, 300], others: 300).Cause);

    [Fact]
    public void Cause_AllGrowAndTheOwnerIsIdle_IsUnknown() =>
        Assert.Equal(DelayCause.Unknown, Read([0, 10, 20, 30], [50, 100, 200, 300], others: 300, owner: Owner(busy: 0.1)).Cause);

    [Fact]
    public void Remedies_EachCauseButNone_HasOneAndATitleOfItsOwn()
    {
        var causes = Enum.GetValues<DelayCause>();

        Assert.All(causes.Where(cause => cause != DelayCause.None), cause => Assert.NotEmpty(cause.Remedy()));
        Assert.Equal(causes.Length, causes.Select(cause => cause.Title()).Distinct().Count());
    }

    /// <summary>A reading a second of partition 0; what arrives in each of the others in all.</summary>
    private PartitionDiagnosis Read(long[] positions, long[] ends, long others = 0, Member? owner = null)
    {
        var last = default(PartitionDiagnosis);
        for (var i = 0; i < positions.Length; i++)
            last = Last(Group(Start.AddSeconds(i), positions[i], ends[i], owner ?? Owner(), i * others / (positions.Length - 1)));
        return last;
    }

    private PartitionDiagnosis Last(GroupReading reading) => _history.Add(reading).Topics[0].Partitions[0].Diagnosis;

    private static Member Owner(double busy = 0.9) => new() { MemberId = "m1", BusyRatio = busy };

    private static GroupReading Group(DateTimeOffset at, long? position, long end, Member? owner = null, long others = 0)
    {
        if (owner is null || position is not { } next)
            return GroupReading.Create(at, Ends(end, others), [], TimeSpan.FromSeconds(10));
        owner.ReportedAt = at.ToUnixTimeMilliseconds();
        owner.Topics.Clear();
        // Of the others, all but the first record are processed at once when little arrives.
        var followed = others > 100 ? others / 2 : others;
        owner.Topics.Add(new MemberTopic { Topic = Topic, Partitions = { 0, 1, 2, 3 }, NextOffsets = { next, followed, followed, followed }, CommittedOffsets = { next, 0, 0, 0 } });
        return GroupReading.Create(at, Ends(end, others), [owner], TimeSpan.FromSeconds(10));
    }

    private static TopicLogEnds[] Ends(long end, long others = 0) => [new(Topic, [end, .. Enumerable.Repeat<long?>(others, Partitions - 1)])];
}
