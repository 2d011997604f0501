using StreamSocial.Dashboard.Rebalances;
using StreamSocial.Dashboard.Snapshots;
using StreamSocial.Dashboard.Sources;
using StreamSocial.Events.Stages;
using StreamSocial.Kafka.Groups;
using StreamSocial.Kafka.Lag;
using StreamSocial.Scaling;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Browser.Tests.Snapshots;

public sealed class SnapshotBuilderTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    [Fact]
    public void Build_TwoReadings_GivesLagOwnersAndRates()
    {
        var snapshot = Build(Reading(-2, [100, 50], Member("a", [0, 1], [90, 50])), Reading(0, [160, 50], Member("a", [0, 1], [130, 50])));

        var topic = Assert.Single(snapshot.Topics);
        Assert.Equal([30L, 0L], topic.Lags);
        Assert.Equal([0, 0], topic.Owners);
        Assert.Equal((30.0, 20.0, 30L, 0), (topic.RateIn, topic.RateOut, topic.Lag, topic.UnknownLags));
        Assert.Equal((30.0, 20.0), (snapshot.Totals.RateIn, snapshot.Totals.RateOut));
    }

    [Fact]
    public void Build_FirstReading_HasNoRates()
    {
        var topic = Assert.Single(Build(null, Reading(0, [160], Member("a", [0], [130]))).Topics);

        Assert.Equal((30L, null, null), (topic.Lag, topic.RateIn, topic.RateOut));
    }

    [Fact]
    public void Build_NobodyOwnsAPartition_ItsLagIsUnknownAndTheSumSaysSo()
    {
        var snapshot = Build(null, Reading(0, [160, 70], Member("a", [0], [130])));

        var topic = Assert.Single(snapshot.Topics);
        Assert.Equal([30L, null], topic.Lags);
        Assert.Equal([0, null], topic.Owners);
        Assert.Equal((30L, 1), (topic.Lag, topic.UnknownLags));
        Assert.Equal(1, snapshot.Totals.UnknownLags);
    }

    [Fact]
    public void Build_Restoring_LagIsUnknownAndTheOwnerKnown()
    {
        var snapshot = Build(null, Reading(0, [160], Member("a", [0], [-1])));

        var topic = Assert.Single(snapshot.Topics);
        Assert.Equal((null, 0), (topic.Lags![0], topic.Owners![0]));
        Assert.Null(topic.Lag);
        Assert.Equal((1, null), (snapshot.Members!.Value[0].Restoring, snapshot.Members.Value[0].Lag));
    }

    [Fact]
    public void Build_NothingRead_IsUnknownThroughout()
    {
        var snapshot = Build(null, new ClusterReading(Group(0, [null, null], null), null, null, null));

        Assert.Null(snapshot.Members);
        Assert.Null(snapshot.Decisions);
        Assert.Null(snapshot.Scale);
        Assert.Null(snapshot.Rebalances);
        Assert.Null(snapshot.Cluster);
        Assert.Equal(new TotalsSnapshot(null, null, null, null, null, 2, null, null) { UnknownAges = 2 }, snapshot.Totals);
        Assert.Equal(["log ends of t", "members", "scaling decisions", "rebalances", "brokers", "topics", "consumer groups", "replicas"], snapshot.Unknown);
    }

    [Fact]
    public void Build_AllFeedGeneratorsStopped_TheirGroupIsNotForeign()
    {
        var snapshot = Build(null, Reading(0, [160]) with { Consumers = new GroupReports([Empty(FeedGeneratorStages.ApplicationId), Empty("analytics")]) });

        Assert.Equal([(FeedGeneratorStages.ApplicationId, false), ("analytics", true)], snapshot.Groups!.Value.Select(group => (group.Id, group.IsForeign)));

        static ConsumerGroup Empty(string id) => new(id, "empty", "consumer", [], [new ConsumerGroupTopic("t", 1, 5)]);
    }

    [Fact]
    public void Build_GroupThatDoesNotAnswer_IsNamedAsUnknown() =>
        Assert.Contains("consumer group x", Build(null, Reading(0, [160]) with { Consumers = new GroupReports([]) { Unread = ["consumer group x"] } }).Unknown);

    [Fact]
    public void Build_SilentMember_IsShownAndOwnsNothing()
    {
        var silent = Member("a", [0], [130]);
        silent.ReportedAt = Now.AddSeconds(-11).ToUnixTimeMilliseconds();

        var snapshot = Build(null, Reading(0, [160], silent));

        Assert.True(Assert.Single(snapshot.Members!.Value).IsSilent);
        Assert.Null(snapshot.Topics[0].Owners![0]);
    }

    [Fact]
    public void Build_TwoClaimAPartition_TheNewerReportHolds()
    {
        var older = Member("b", [0], [150]);
        older.ReportedAt -= 500;

        var snapshot = Build(null, Reading(0, [160], Member("a", [0], [-1]), older));

        Assert.Equal((0, null), (snapshot.Topics[0].Owners![0], snapshot.Topics[0].Lags![0]));
    }

    [Fact]
    public void Build_PositionWentBack_GivesNoNegativeRate()
    {
        var topic = Assert.Single(Build(Reading(-2, [160], Member("a", [0], [150])), Reading(0, [160], Member("b", [0], [100]))).Topics);

        Assert.Equal((60L, null), (topic.Lag, topic.RateOut));
    }

    [Fact]
    public void Build_RatesOfPartitions_AreMeasuredWhereBothReadingsKnow()
    {
        var topic = Assert.Single(Build(Reading(-2, [100, null], Member("a", [0], [90])), Reading(0, [161, 50], Member("a", [0, 1], [130, 50]))).Topics);

        Assert.Equal([30.5, null], topic.RatesIn);
        Assert.Equal([20.0, null], topic.RatesOut);
    }

    [Fact]
    public void Build_AgesOfSomePartitions_GreatestKnownCounts()
    {
        var group = Group(0, [160, 50, 5], [Member("a", [0], [130])]);
        long?[] ages = [40, null, 900];
        var topic = group.Topics[0];
        var aged = new ClusterReading(
            group with
            {
                Topics = [topic with { Partitions = [.. topic.Partitions.Zip(ages, (partition, age) => partition with { OldestAge = age is { } ms ? TimeSpan.FromMilliseconds(ms) : null })] }],
            }, null, null, null);

        var snapshot = Build(null, aged);

        Assert.Equal([40L, null, 900L], snapshot.Topics[0].OldestAgesMs);
        Assert.Equal((900L, 900L), (snapshot.Topics[0].OldestAgeMs, snapshot.Totals.OldestAgeMs));
        Assert.Null(Build(null, Reading(0, [160], Member("a", [0], [130]))).Totals.OldestAgeMs);
    }

    /// <summary>Records that were there before the dashboard, or of partitions whose position nobody says, may be older.</summary>
    [Theory]
    [InlineData(40, false, false)]
    [InlineData(40, true, true)]
    [InlineData(null, false, true)]
    public void Build_AgeOfAPartitionIsAtLeast_SaysSoOfThePartitionAndTheGroup(int? ageMs, bool isAtLeast, bool isGroupAtLeast)
    {
        var group = Group(0, [160, 50], [Member("a", [0, 1], [130, 20])]);
        var (topic, age) = (group.Topics[0], ageMs is { } ms ? TimeSpan.FromMilliseconds(ms) : (TimeSpan?)null);
        var aged = topic with { Partitions = [topic.Partitions[0] with { OldestAge = TimeSpan.FromMilliseconds(900) }, topic.Partitions[1] with { OldestAge = age, IsAgeAtLeast = isAtLeast }] };
        var consumers = new GroupReports([new ConsumerGroup(FeedGeneratorStages.ApplicationId, "stable", "consumer", [], [new ConsumerGroupTopic("t", 2, 60)])]);

        var snapshot = Build(null, new ClusterReading(group with { Topics = [aged] }, null, null, null) { Consumers = consumers });

        int[] least = isAtLeast ? [1] : [];
        Assert.Equal(least, snapshot.Topics[0].LeastAges);
        var shown = Assert.Single(snapshot.Groups!.Value);
        Assert.Equal((900L, isGroupAtLeast), (shown.OldestAgeMs, shown.IsAgeAtLeast));
    }

    /// <summary>What was refused, or decided in a dry run, changed nothing.</summary>
    [Theory]
    [InlineData(true, "asked", true)]
    [InlineData(false, "refused", false)]
    [InlineData(null, null, null)]
    public void Build_Decision_SaysWhetherItWasDone(bool? accepted, string? actuation, bool? isDone)
    {
        var decision = new ScalingDecision { DecisionId = "1", Verdict = ScalingVerdict.ScaleOut, CurrentReplicas = 2, DesiredReplicas = 5 };
        if (accepted is { } answer)
            (decision.Accepted, decision.Actuation) = (answer, actuation);

        var shown = Assert.Single(Build(null, Reading(0, [1]) with { Decisions = [decision] }).Decisions!.Value);

        Assert.Equal((isDone, actuation), (shown.IsDone, shown.Actuation));
    }

    [Fact]
    public void Build_Members_AreOrderedByTheNumberInTheirName()
    {
        var snapshot = Build(null, Reading(0, [1], Member("generator-10", [], []), Member("generator-9", [], [])));

        Assert.Equal(["generator-9", "generator-10"], snapshot.Members!.Value.Select(member => member.Name));
    }

    private static DashboardSnapshot Build(ClusterReading? earlier, ClusterReading current) =>
        SnapshotBuilder.Build(earlier, current, 1, new SnapshotFrame(false, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(15), []), MemberHistory.Empty);

    private static ClusterReading Reading(int seconds, long?[] ends, params Member[] members) =>
        new(Group(seconds, ends, members), null, null, null);

    private static GroupReading Group(int seconds, long?[] ends, Member[]? members) =>
        GroupReading.Create(Now.AddSeconds(seconds), [new TopicLogEnds("t", [.. ends])], members, TimeSpan.FromSeconds(10));

    private static Member Member(string id, int[] partitions, long[] nextOffsets) => new()
    {
        MemberId = id,
        ResourceName = id,
        ReportedAt = Now.ToUnixTimeMilliseconds(),
        Topics = { new MemberTopic { Topic = "t", Partitions = { partitions }, NextOffsets = { nextOffsets }, CommittedOffsets = { nextOffsets } } },
    };
}
