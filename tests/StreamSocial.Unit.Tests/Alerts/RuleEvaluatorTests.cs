using System.Collections.Immutable;
using StreamSocial.Alerts.Evaluation;
using StreamSocial.Alerts.Rules;

namespace StreamSocial.Unit.Tests.Alerts;

/// <summary>Each rule is breached by what it is for, fine without it, and unknown when nothing is known.</summary>
public sealed class RuleEvaluatorTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    private static readonly AlertInput Fine = new(Now)
    {
        Topics = [Topic()],
        Brokers = [new BrokerSignal(1, IsRunning: true, "running")],
        Lacking = [],
        Lost = 0,
        Misordered = 0,
        FailedTasks = ImmutableSortedDictionary<string, int>.Empty,
        WantedReplicas = 2,
        ReadyReplicas = 2,
        RecentRebalances = 1,
        DeadLetters = ImmutableSortedDictionary<string, long?>.Empty.Add("in", 0),
        Disks = ImmutableSortedDictionary<string, double?>.Empty.Add("logs", 0.5),
        Sources = ImmutableSortedDictionary<string, bool>.Empty.Add("members", true),
    };

    private static readonly AlertInput Unknown = new(Now)
    {
        Topics = [new TopicSignals("in", null, false, null, false, null, null, TimeSpan.FromHours(1))],
        DeadLetters = ImmutableSortedDictionary<string, long?>.Empty.Add("in", null),
        Disks = ImmutableSortedDictionary<string, double?>.Empty.Add("logs", null),
    };

    private static readonly Dictionary<string, AlertInput> Breaching = new()
    {
        [AlertRules.BrokerDown] = Fine with { Brokers = [new BrokerSignal(1, IsRunning: false, "down")] },
        [AlertRules.PartitionsOffline] = Fine with { Lacking = [new ReplicationSignals("in", 1, 0, 0)] },
        [AlertRules.PartitionsUnderMinIsr] = Fine with { Lacking = [new ReplicationSignals("in", 0, 1, 0)] },
        [AlertRules.PartitionsUnderReplicated] = Fine with { Lacking = [new ReplicationSignals("in", 0, 0, 1)] },
        [AlertRules.AuditNotZero] = Fine with { Lost = 1 },
        [AlertRules.TasksFailed] = Fine with { FailedTasks = ImmutableSortedDictionary<string, int>.Empty.Add("in", 1) },
        [AlertRules.NoSignal] = Fine with { Sources = ImmutableSortedDictionary<string, bool>.Empty.Add("members", false) },
        [AlertRules.RecordsWaitTooLong] = Fine with { Topics = [Topic() with { OldestAge = TimeSpan.FromSeconds(31) }] },
        [AlertRules.LagHigh] = Fine with { Topics = [Topic() with { Lag = 100_001 }] },
        [AlertRules.PartitionHot] = Fine with { Topics = [Topic() with { HotRatio = 5.1 }] },
        [AlertRules.ReplicasMissing] = Fine with { ReadyReplicas = 1 },
        [AlertRules.RebalanceStorm] = Fine with { RecentRebalances = 7 },
        [AlertRules.DeadLettersGrow] = Fine with { DeadLetters = ImmutableSortedDictionary<string, long?>.Empty.Add("in", 1) },
        [AlertRules.RetentionNear] = Fine with { Topics = [Topic() with { OldestAge = TimeSpan.FromMinutes(49) }] },
        [AlertRules.DiskNearFull] = Fine with { Disks = ImmutableSortedDictionary<string, double?>.Empty.Add("logs", 0.91) },
    };

    [Fact]
    public void Evaluate_BrokerTookCopiesOfManyTopicsAlong_IsOneAlertThatNamesTheLargest()
    {
        var input = Fine with { Lacking = [.. Enumerable.Range(1, 5).Select(i => new ReplicationSignals($"t{i}", 0, 0, i))] };

        var seen = Assert.Single(Read(AlertRules.PartitionsUnderReplicated, input).Observations);

        Assert.Equal((15, "15 partitions lack copies: 5 of t5, 4 of t4, 3 of t3, and of 2 more topics."), (seen.Value, seen.Text));
        Assert.Empty(seen.Labels);
    }

    [Fact]
    public void Evaluate_OneTopicIsUnknownAndTheOthersAreFine_IsUnknown()
    {
        var input = Fine with { Lacking = [new ReplicationSignals("a", 0, null, 0), new ReplicationSignals("b", 0, 0, 0)] };

        Assert.Equal(Verdict.Unknown, Assert.Single(Read(AlertRules.PartitionsUnderMinIsr, input).Observations).Verdict);
    }

    public static TheoryData<string> Rules => [.. AlertRules.All.Select(rule => rule.Name)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Evaluate_WhatTheRuleIsFor_IsBreached(string rule) =>
        Assert.Contains(Read(rule, Breaching[rule]).Observations, seen => seen.Verdict == Verdict.Breached && seen.Text.Length > 0);

    [Theory]
    [MemberData(nameof(Rules))]
    public void Evaluate_AllIsWell_IsFine(string rule)
    {
        var reading = Read(rule, Fine);
        Assert.True(reading.IsComplete);
        Assert.All(reading.Observations, seen => Assert.Equal(Verdict.Fine, seen.Verdict));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Evaluate_NothingIsKnown_NeitherBreachesNorIsFine(string rule)
    {
        var reading = Read(rule, Unknown);
        // The rule that is about this has no source here, which is a reading of its own.
        Assert.True(rule == AlertRules.NoSignal || !reading.IsComplete || reading.Observations.Length > 0);
        Assert.All(reading.Observations, seen => Assert.Equal(Verdict.Unknown, seen.Verdict));
    }

    [Fact]
    public void Evaluate_PartOfTheLag_IsEnoughToBreachAndNotEnoughToBeFine()
    {
        Assert.Equal(Verdict.Breached, Judge(100_001));
        Assert.Equal(Verdict.Unknown, Judge(1));

        static Verdict Judge(long lag) =>
            Read(AlertRules.LagHigh, Fine with { Topics = [Topic() with { Lag = lag, IsLagComplete = false }] }).Observations.Single().Verdict;
    }

    [Fact]
    public void Options_WithErrors_NameAll()
    {
        var options = new AlertOptions
        {
            Rules = { ["NoSuchRule"] = new AlertRuleOptions(), [AlertRules.LagHigh] = new AlertRuleOptions { Threshold = -1, For = TimeSpan.FromDays(2) } },
            Webhook = new AlertWebhookOptions { Url = new Uri("ftp://receiver"), MaxRetries = 0 },
        };

        Assert.Equal(5, new AlertOptionsValidator().Validate(null, options).Failures!.Count());
    }

    [Fact]
    public void Effective_Options_ReplaceDefaultsAndSwitchOff()
    {
        var options = new AlertOptions
        {
            Rules = { [AlertRules.LagHigh] = new AlertRuleOptions { Threshold = 5 }, [AlertRules.NoSignal] = new AlertRuleOptions { Enabled = false } },
        };

        var rules = options.Effective();
        Assert.Equal(5, rules.Single(rule => rule.Name == AlertRules.LagHigh).Threshold);
        Assert.DoesNotContain(rules, rule => rule.Name == AlertRules.NoSignal);
    }

    private static RuleReading Read(string rule, AlertInput input) => RuleEvaluator.Evaluate([AlertRules.Find(rule)!], input).Single();

    private static TopicSignals Topic() => new("in", 1, true, TimeSpan.FromSeconds(1), true, 0, 1, TimeSpan.FromHours(1));
}
