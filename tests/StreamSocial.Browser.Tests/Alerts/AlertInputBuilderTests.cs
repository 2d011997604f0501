using System.Collections.Immutable;
using StreamSocial.Alerts.Evaluation;
using StreamSocial.Alerts.Rules;
using StreamSocial.Control;
using StreamSocial.Dashboard.Alerts;
using StreamSocial.Dashboard.Rebalances;
using StreamSocial.Dashboard.Snapshots;
using StreamSocial.Dashboard.Sources;
using StreamSocial.Events;
using StreamSocial.Events.Stages;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka.Administration;
using StreamSocial.Kafka.Lag;
using StreamSocial.Kafka.Topics;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Browser.Tests.Alerts;

/// <summary>What the rules look at: unknown where nobody says it.</summary>
public sealed class AlertInputBuilderTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20_000);

    [Fact]
    public void Build_OnlySilentMembers_DoesNotKnowWhichTasksFailed()
    {
        Assert.Null(Build(Reading(Member(secondsAgo: 60))).FailedTasks);
        Assert.Empty(Build(Reading(Member(secondsAgo: 1))).FailedTasks!);
        Assert.Null(Build(Reading()).FailedTasks);
    }

    [Fact]
    public void Build_ManyRebalancesAndAShortTimeline_CountsThoseOfTheWindow()
    {
        var events = Enumerable.Range(1, 100).Select(i => new RebalanceEvent
        {
            MemberId = "a",
            Type = RebalanceEventType.Assigned,
            OccurredAt = (Now - TimeSpan.FromSeconds(10 * (100 - i))).ToUnixTimeMilliseconds(),
            Partitions = { new TopicPartitions { Topic = "t", Partitions = { 0 } } },
        }).SelectMany(IEnumerable<RebalanceEvent> (assigned) => [assigned, new RebalanceEvent { MemberId = "a", Type = RebalanceEventType.Ready, OccurredAt = assigned.OccurredAt + 1 }]);
        var window = events.Aggregate(RebalanceWindow.Empty, (all, one) => all.Add(one));

        Assert.Equal(61, Build(Reading(Member(1)) with { Rebalances = window }).RecentRebalances);
        Assert.Null(Build(Reading(Member(1))).RecentRebalances);
    }

    [Fact]
    public void Build_RebalanceThatIsYetToCome_IsNotCounted()
    {
        var window = new[] { Now.AddMinutes(-1), Now.AddHours(1) }.SelectMany(at => new[]
        {
            new RebalanceEvent
            {
                MemberId = "a",
                Type = RebalanceEventType.Assigned,
                OccurredAt = at.ToUnixTimeMilliseconds(),
                Partitions = { new TopicPartitions { Topic = "t", Partitions = { 0 } } },
            },
            new RebalanceEvent { MemberId = "a", Type = RebalanceEventType.Ready, OccurredAt = at.ToUnixTimeMilliseconds() + 1 },
        }).Aggregate(RebalanceWindow.Empty, (all, one) => all.Add(one));

        Assert.Equal(1, Build(Reading(Member(1)) with { Rebalances = window }).RecentRebalances);
    }

    /// <summary>More events than are kept, whether a rebalance is cut or not.</summary>
    [Theory]
    [InlineData(50)]
    [InlineData(77)]
    [InlineData(600)]
    public void Build_RebalancesOfALargeGroup_AreAllCounted(int members)
    {
        var window = RebalanceWindow.Empty;
        for (var rebalance = 0; rebalance < 8; rebalance++)
        {
            var at = (Now - TimeSpan.FromSeconds(60 * (8 - rebalance))).ToUnixTimeMilliseconds();
            foreach (var type in new[] { RebalanceEventType.Assigned, RebalanceEventType.Ready })
            {
                for (var member = 0; member < members; member++)
                {
                    var change = new RebalanceEvent { MemberId = $"m{member}", Type = type, OccurredAt = at++ };
                    if (type == RebalanceEventType.Assigned)
                        change.Partitions.Add(new TopicPartitions { Topic = "t", Partitions = { member } });
                    window = window.Add(change);
                }
            }
            window = window.Trim(at - (long)RebalanceWindow.ShortestLength.TotalMilliseconds);
        }

        Assert.Equal(RebalanceWindow.MaxEvents, window.Events.Length);
        Assert.Equal(8, Build(Reading(Member(1)) with { Rebalances = window }).RecentRebalances);
    }

    [Theory]
    [InlineData(9, 0)]
    [InlineData(30, 2)]
    public void Build_RateOfTheHottestPartition_CountsFromTheLeastRateOn(long records, double expected) =>
        Assert.Equal(expected, Build(Reading(records, Member(1)), Reading(0, Member(1)) with { Group = Group(-1, [0, 0], [Member(1)]) }).Topics!.Value.Single().HotRatio);

    /// <summary>After a restart of the dashboard nobody knows how long records have waited that were there before.</summary>
    [Fact]
    public void Build_RecordsOfBeforeTheFirstReading_AgeIsNotComplete()
    {
        var member = Member(1);
        member.Topics.Add(new MemberTopic { Topic = TopicNames.UserActions, Partitions = { 0, 1 }, NextOffsets = { 3, 0 } });
        var history = new LogEndHistory();

        Assert.Equal((TimeSpan.Zero, false), AgeAt(0, 10));
        Assert.Equal((TimeSpan.FromSeconds(1), false), AgeAt(1, 20));
        member.Topics[0].NextOffsets[0] = 10;
        Assert.Equal((TimeSpan.FromSeconds(2), true), AgeAt(2, 20));

        (TimeSpan? Age, bool IsComplete) AgeAt(int second, long end)
        {
            var topic = Build(new ClusterReading(history.Add(Group(second, [end, 0], [member])), null, null, null)).Topics!.Value.Single();
            return (topic.OldestAge, topic.IsAgeComplete);
        }
    }

    /// <summary>Nobody says any more how far the partition is, and what is appended to it waits.</summary>
    [Fact]
    public void Build_OwnerTurnsSilent_WhatWaitsSinceThenIsAnAlert()
    {
        var member = Member(0);
        member.Topics.Add(new MemberTopic { Topic = TopicNames.UserActions, Partitions = { 0, 1 }, NextOffsets = { 10, 0 } });
        var history = new LogEndHistory();
        Verdict[] verdicts = [];
        for (var second = 0; second <= 31; second++)
        {
            var input = Build(new ClusterReading(history.Add(Group(second, [10 + (10_000 * second), 0], [member])), null, null, null));
            verdicts = [.. RuleEvaluator.Evaluate([AlertRules.Find(AlertRules.RecordsWaitTooLong)!, AlertRules.Find(AlertRules.LagHigh)!], input).SelectMany(rule => rule.Observations).Select(seen => seen.Verdict)];
            if (second is 5 or 12)
                Assert.Equal(second == 5 ? [Verdict.Fine, Verdict.Fine] : [Verdict.Unknown, Verdict.Breached], verdicts);
        }

        Assert.Equal([Verdict.Breached, Verdict.Breached], verdicts);
    }

    /// <summary>Whoever lengthens it, as the runbook says, ends the alert.</summary>
    [Theory]
    [InlineData(null, 168.0)]
    [InlineData("3600000", 1.0)]
    [InlineData("1209600000", 336.0)]
    [InlineData("-1", null)]
    [InlineData("9223372036854775807", null)]
    public void Build_RetentionOfATopic_IsThatOfTheTopicWhereItIsKnown(string? milliseconds, double? hours)
    {
        var spec = StreamSocialTopics.For(TopologyProfile.Small)[TopicNames.UserActions];
        var settings = milliseconds is null ? null : new TopicConfiguration(1, spec.Configuration.SetItem("retention.ms", milliseconds), new HashSet<string>());
        var topics = new TopicsReading(Now, [new TopicState(spec, 1, [new LogRange(0, 0)], settings)]);

        var input = Build(Reading(Member(1)) with { Catalogue = new TopicReports(topics, topics.Describe(null, null, "")) });

        Assert.Equal(hours, input.Topics!.Value.Single().Retention?.TotalHours);
        Assert.Equal(168, Build(Reading(Member(1))).Topics!.Value.Single().Retention?.TotalHours);
    }

    [Fact]
    public void Build_SourcesThatSayNothing_AreUnknown()
    {
        var inputs = FeedGeneratorStages.Inputs;
        var unread = Build(Reading(Member(1)), hasOrchestrator: true);
        var read = Build(
            Reading(Member(1)) with { Rebalances = RebalanceWindow.Empty, Scale = new ScaleDocument(new ScaleSpec(1), new ScaleStatus(1, 1), 1, 1) },
            deadLetters: ImmutableSortedDictionary<string, GrowthSignal?>.Empty.Add(inputs[0], null).Add(inputs[1], new GrowthSignal(0, true)),
            hasOrchestrator: true);

        foreach (var source in new[] { "rebalances", $"dead letters of {inputs[1]}", "replicas" })
            Assert.Equal((false, true), (unread.Sources[source], read.Sources[source]));
        Assert.False(read.Sources[$"dead letters of {inputs[0]}"]);
        // Where nobody can be asked, nothing is missing.
        Assert.False(Build(Reading(Member(1))).Sources.ContainsKey("replicas"));
    }

    private static AlertInput Build(
        ClusterReading reading, ClusterReading? earlier = null, ImmutableSortedDictionary<string, GrowthSignal?>? deadLetters = null, bool hasOrchestrator = false)
    {
        var frame = new SnapshotFrame(false, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), []);
        var snapshot = SnapshotBuilder.Build(earlier, reading, 1, frame, MemberHistory.Empty);
        return AlertInputBuilder.Build(reading, snapshot, StreamSocialTopics.For(TopologyProfile.Small), null, deadLetters, ImmutableSortedDictionary<string, double?>.Empty, hasOrchestrator);
    }

    private static ClusterReading Reading(params Member[] members) => Reading(0, members);

    private static ClusterReading Reading(long records, params Member[] members) => new(Group(0, [records, 0], members), null, null, null);

    private static GroupReading Group(int seconds, long?[] ends, Member[] members) =>
        GroupReading.Create(Now.AddSeconds(seconds), [new TopicLogEnds(TopicNames.UserActions, [.. ends])], members, TimeSpan.FromSeconds(10));

    private static Member Member(int secondsAgo) => new() { MemberId = "a", ReportedAt = Now.AddSeconds(-secondsAgo).ToUnixTimeMilliseconds() };
}
