using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
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
        Lost = Grown(0),
        Misordered = Grown(0),
        FailedTasks = ImmutableSortedDictionary<string, int>.Empty,
        WantedReplicas = 2,
        ReadyReplicas = 2,
        RecentRebalances = 1,
        DeadLetters = ImmutableSortedDictionary<string, GrowthSignal?>.Empty.Add("in", Grown(0)),
        Disks = ImmutableSortedDictionary<string, double?>.Empty.Add("logs", 0.5),
        Sources = ImmutableSortedDictionary<string, bool>.Empty.Add("members", true),
    };

    private static readonly AlertInput Unknown = new(Now)
    {
        Topics = [new TopicSignals("in", null, false, null, false, null, null, TimeSpan.FromHours(1))],
        DeadLetters = ImmutableSortedDictionary<string, GrowthSignal?>.Empty.Add("in", null),
        Disks = ImmutableSortedDictionary<string, double?>.Empty.Add("logs", null),
    };

    private static readonly Dictionary<string, AlertInput> Breaching = new()
    {
        [AlertRules.BrokerDown] = Fine with { Brokers = [new BrokerSignal(1, IsRunning: false, "down")] },
        [AlertRules.PartitionsOffline] = Fine with { Lacking = [new ReplicationSignals("in", 1, 0, 0)] },
        [AlertRules.PartitionsUnderMinIsr] = Fine with { Lacking = [new ReplicationSignals("in", 0, 1, 0)] },
        [AlertRules.PartitionsUnderReplicated] = Fine with { Lacking = [new ReplicationSignals("in", 0, 0, 1)] },
        [AlertRules.AuditNotZero] = Fine with { Lost = Grown(1) },
        [AlertRules.TasksFailed] = Fine with { FailedTasks = ImmutableSortedDictionary<string, int>.Empty.Add("in", 1) },
        [AlertRules.NoSignal] = Fine with { Sources = ImmutableSortedDictionary<string, bool>.Empty.Add("members", false) },
        [AlertRules.RecordsWaitTooLong] = Fine with { Topics = [Topic() with { OldestAge = TimeSpan.FromSeconds(31) }] },
        [AlertRules.LagHigh] = Fine with { Topics = [Topic() with { Lag = 100_001 }] },
        [AlertRules.PartitionHot] = Fine with { Topics = [Topic() with { HotRatio = 5.1 }] },
        [AlertRules.ReplicasMissing] = Fine with { ReadyReplicas = 1 },
        [AlertRules.RebalanceStorm] = Fine with { RecentRebalances = 7 },
        [AlertRules.DeadLettersGrow] = Fine with { DeadLetters = ImmutableSortedDictionary<string, GrowthSignal?>.Empty.Add("in", Grown(1)) },
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

    [Theory]
    [InlineData(AlertRules.RecordsWaitTooLong, 31, Verdict.Breached)]
    [InlineData(AlertRules.RecordsWaitTooLong, 0, Verdict.Unknown)]
    [InlineData(AlertRules.RetentionNear, 2_940, Verdict.Breached)]
    [InlineData(AlertRules.RetentionNear, 0, Verdict.Unknown)]
    public void Evaluate_AgeIsAtLeastSoMuch_IsEnoughToBreachAndNotEnoughToBeFine(string rule, int seconds, Verdict expected)
    {
        var input = Fine with { Topics = [Topic() with { OldestAge = TimeSpan.FromSeconds(seconds), IsAgeComplete = false }] };

        Assert.Equal(expected, Read(rule, input).Observations.Single().Verdict);
    }

    [Theory]
    [InlineData(0, Verdict.Unknown)]
    [InlineData(1, Verdict.Breached)]
    public void Evaluate_PartOfTheWindow_IsEnoughToBreachAndNotEnoughToBeFine(long amount, Verdict expected)
    {
        var growth = new GrowthSignal(amount, IsComplete: false);
        var input = Fine with { Lost = growth, DeadLetters = ImmutableSortedDictionary<string, GrowthSignal?>.Empty.Add("in", growth) };

        Assert.Equal(expected, Read(AlertRules.AuditNotZero, input).Observations[0].Verdict);
        Assert.Equal(expected, Read(AlertRules.DeadLettersGrow, input).Observations.Single().Verdict);
    }

    /// <summary>Whoever takes alerts of the dashboard and of Prometheus silences and routes them by the same labels.</summary>
    [Theory]
    [MemberData(nameof(Rules))]
    public void Query_OfARule_HasTheLabelsThatTheDashboardGives(string rule)
    {
        var query = AlertRules.Find(rule)!.Query;
        // What an aggregation around it sums up has no labels left.
        var grouping = query.StartsWith("sum(", StringComparison.Ordinal) ? Match.Empty : Regex.Match(query, @"by \((\w+)\)");

        Assert.All(Read(rule, Breaching[rule]).Observations, seen => Assert.Equal(grouping.Success ? [grouping.Groups[1].Value] : [], seen.Labels.Keys));
    }

    [Fact]
    public void Query_OfWhatIsMissing_CountsNoneWhereNoneIsLeft()
    {
        // count() of nothing is nothing, and nothing is never above a threshold.
        Assert.All(AlertRules.All.Where(rule => rule.Query.Contains("count(", StringComparison.Ordinal)), rule => Assert.Matches(@"\(count\([^()]*\) or vector\(0\)\)", rule.Query));
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $">= bool {AlertRules.LeastHotRate}"), AlertRules.Find(AlertRules.PartitionHot)!.Query, StringComparison.Ordinal);
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

    private static GrowthSignal Grown(long amount) => new(amount, IsComplete: true);

    private static TopicSignals Topic() => new("in", 1, true, TimeSpan.FromSeconds(1), true, 0, 1, TimeSpan.FromHours(1));
}
