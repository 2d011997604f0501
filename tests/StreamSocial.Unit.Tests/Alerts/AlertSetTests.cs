using System.Collections.Immutable;
using System.Text;
using CsCheck;
using StreamSocial.Alerts;
using StreamSocial.Alerts.Evaluation;
using StreamSocial.Alerts.Rules;
using StreamSocial.Alerts.State;

namespace StreamSocial.Unit.Tests.Alerts;

/// <summary>How alerts fire and are resolved, and what of it the receiver has to be told.</summary>
public sealed class AlertSetTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddDays(20_000);
    private static readonly AlertRule Rule = AlertRules.Find(AlertRules.LagHigh)! with { For = TimeSpan.FromSeconds(3), KeepFiringFor = TimeSpan.FromSeconds(2) };
    private static readonly Gen<Verdict[]> Verdicts = Gen.Int[0, 2].Select(verdict => (Verdict)verdict).Array[1, 40];

    [Theory]
    [InlineData("BBB", AlertStatus.Pending)]
    [InlineData("BBBB", AlertStatus.Firing)]
    [InlineData("BBFBBB", AlertStatus.Pending)]
    [InlineData("BBBBFF", AlertStatus.Firing)]
    [InlineData("BBBBFFBFF", AlertStatus.Firing)]
    [InlineData("BBBBFFF", AlertStatus.Resolved)]
    [InlineData("BBBBUUUUUU", AlertStatus.Firing)]
    [InlineData("BUUUUUU", AlertStatus.Pending)]
    [InlineData("BBBBFFFB", AlertStatus.Pending)]
    public void After_Verdicts_WaitsBeforeItFiresAndBeforeItIsResolved(string verdicts, AlertStatus expected) =>
        Assert.Equal(expected, Run(verdicts.Select(Parse)).Alerts.Values.Single().Phase.Status);

    [Fact]
    public void After_ClockSetBackWhileItWaits_WaitsFromThenOn()
    {
        var phase = AlertPhase.Inactive;

        Assert.Equal([AlertStatus.Pending, AlertStatus.Pending, AlertStatus.Firing], Observe(Verdict.Breached, 3_600, 0, 3));
        Assert.Equal([AlertStatus.Firing, AlertStatus.Firing, AlertStatus.Resolved], Observe(Verdict.Fine, 3_600, 0, 2));

        List<AlertStatus> Observe(Verdict verdict, params int[] seconds)
        {
            var seen = new List<AlertStatus>();
            foreach (var second in seconds)
            {
                phase = phase.After(verdict, Rule.For, Rule.KeepFiringFor, Start.AddSeconds(second));
                seen.Add(phase.Status);
            }
            return seen;
        }
    }

    [Fact]
    public void After_AnyVerdicts_FiresOnABreachAndIsResolvedByAFineOneOnly() => Verdicts.Sample(verdicts =>
    {
        var (set, before) = (AlertSet.Empty, AlertStatus.Inactive);
        foreach (var (index, verdict) in verdicts.Index())
        {
            set = set.After([Reading(verdict)], Start.AddSeconds(index), hasReceiver: true);
            var status = set.Alerts.Values.SingleOrDefault()?.Phase.Status ?? AlertStatus.Inactive;
            if (status == before)
                continue;
            Assert.Equal(status is AlertStatus.Pending or AlertStatus.Firing ? Verdict.Breached : Verdict.Fine, verdict);
            before = status;
        }
    });

    [Fact]
    public void NextNotifications_TakenOneByOne_TellEachEpisodeOnceAndInOrder() => Verdicts.Select(Gen.Bool.Array[40]).Sample((verdicts, isUp) =>
    {
        var set = AlertSet.Empty;
        var told = new List<(DateTimeOffset FiredAt, bool IsResolved)>();
        foreach (var (index, verdict) in verdicts.Index())
        {
            set = set.After([Reading(verdict)], Start.AddSeconds(index), hasReceiver: true);
            if (isUp[index])
                Tell();
        }
        // At most one thing to tell of each verdict.
        for (var left = verdicts.Length; left > 0; left--)
            Tell();

        var expected = set.Alerts.Values.SelectMany(alert => alert.Episodes)
            .SelectMany(episode => episode.ResolvedAt is null ? [(episode.FiredAt, false)] : new[] { (episode.FiredAt, false), (episode.FiredAt, true) });
        Assert.Equal(expected, told);

        void Tell()
        {
            var next = set.NextNotifications(Start);
            told.AddRange(next.Select(one => (one.Episode.FiredAt, one.IsResolved)));
            // A restart in between goes on from what was kept.
            set = Restart(set.Told(next), Start);
        }
    });

    [Fact]
    public void After_WhatWasThereHasGone_IsResolved()
    {
        var set = Run("BBBB".Select(Parse));
        for (var second = 4; second < 7; second++)
            set = set.After([new RuleReading(Rule, IsComplete: true, [])], Start.AddSeconds(second), hasReceiver: true);
        Assert.Equal(AlertStatus.Resolved, set.Alerts.Values.Single().Phase.Status);
    }

    [Fact]
    public void After_TheWholeRuleIsUnknown_GoesOn()
    {
        var set = Run("BBBB".Select(Parse));
        for (var second = 4; second < 20; second++)
            set = set.After([new RuleReading(Rule, IsComplete: false, [])], Start.AddSeconds(second), hasReceiver: true);
        Assert.Equal(AlertStatus.Firing, set.Alerts.Values.Single().Phase.Status);
    }

    [Fact]
    public void NextNotifications_Silenced_TellsNothingUntilTheSilenceIsOver()
    {
        var set = Run("BBBB".Select(Parse));
        var silence = new Silence("1", ImmutableSortedDictionary<string, string>.Empty.Add("alertname", Rule.Name), Start, Start.AddMinutes(1), "test", "");
        set = set with { Silences = set.Silences.Add("1", silence) };

        Assert.Empty(set.NextNotifications(Start.AddSeconds(10)));
        Assert.Single(set.NextNotifications(Start.AddMinutes(2)));
        Assert.False((silence with { Matchers = silence.Matchers.SetItem("topic", "other") }).Matches(AlertLabels.Of(set.Alerts.Values.Single()), Start));
    }

    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        var alert = Run("BBBBFFF".Select(Parse)).Alerts.Values.Single();
        var (key, value) = AlertRecords.Write(alert);
        var read = AlertRecords.Read(Encoding.UTF8.GetString(key), value, Start).Alert!;

        Assert.Equal(alert.Fingerprint, read.Fingerprint);
        Assert.Equal(alert.Episodes.AsEnumerable(), read.Episodes.AsEnumerable());
        Assert.Equal(alert.Phase.Status, read.Phase.Status);
        Assert.Throws<InvalidDataException>(() => AlertRecords.Read("another", value, Start));
    }

    [Fact]
    public void After_NobodyCanBeToldForManyEpisodes_KeepsTheFirstAndTheLast()
    {
        var set = Run("BBBB".Select(Parse));
        var first = set.Alerts.Values.Single().Episodes[0].FiredAt;
        for (var second = 4; second < 3_000; second++)
            set = set.After([Reading(second % 8 < 4 ? Verdict.Fine : Verdict.Breached)], Start.AddSeconds(second), hasReceiver: true);

        var episodes = set.Alerts.Values.Single().Episodes;
        Assert.Equal((100, first, true), (episodes.Length, episodes[0].FiredAt, Start.AddSeconds(3_000) - episodes[^1].FiredAt < TimeSpan.FromSeconds(20)));
        Assert.False(set.NextNotifications(Start.AddSeconds(3_000)).Single().IsResolved);
    }

    [Fact]
    public void Write_TextThatNobodyReads_IsShortenedInAnAlertAndRefusedInASilence()
    {
        var text = new string('x', 600);
        var alert = Run("BBBB".Select(Parse)).Alerts.Values.Single();
        var (key, value) = AlertRecords.Write(alert with { Episodes = [alert.Episodes[0] with { Text = text }] });
        Assert.Equal($"{text[..511]}…", AlertRecords.Read(Encoding.UTF8.GetString(key), value, Start).Alert!.Text);

        var silence = new Silence("1", ImmutableSortedDictionary<string, string>.Empty.Add("alertname", Rule.Name), Start, Start.AddMinutes(1), "ann", "");
        Assert.Equal("1", AlertRecords.Read("silence/1", AlertRecords.Write(silence).Value, Start).Silence!.Id);
        Assert.Throws<InvalidDataException>(() => AlertRecords.Write(silence with { Comment = text }));
        Assert.Throws<InvalidDataException>(() => AlertRecords.Write(silence with { CreatedBy = text }));
        Assert.Throws<InvalidDataException>(() => AlertRecords.Write(silence with { Matchers = Enumerable.Range(0, 21).ToImmutableSortedDictionary(i => $"l{i}", _ => "", StringComparer.Ordinal) }));
    }

    private static AlertSet Run(IEnumerable<Verdict> verdicts)
    {
        var set = AlertSet.Empty;
        foreach (var (index, verdict) in verdicts.Index())
            set = set.After([Reading(verdict)], Start.AddSeconds(index), hasReceiver: true);
        return set;
    }

    private static AlertSet Restart(AlertSet set, DateTimeOffset at)
    {
        var kept = set.Alerts.Values.Where(alert => !alert.Episodes.IsEmpty).Select(alert =>
        {
            var (key, value) = AlertRecords.Write(alert);
            return AlertRecords.Read(Encoding.UTF8.GetString(key), value, at);
        });
        return AlertRecords.ToSet(kept);
    }

    private static RuleReading Reading(Verdict verdict) =>
        new(Rule, IsComplete: true, [new Observation(Rule, ImmutableSortedDictionary<string, string>.Empty.Add("topic", "in"), verdict, 1, "many")]);

    private static Verdict Parse(char letter) => letter switch { 'B' => Verdict.Breached, 'F' => Verdict.Fine, _ => Verdict.Unknown };
}
