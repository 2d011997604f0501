using System.Collections.Immutable;
using StreamSocial.Alerts.State;
using StreamSocial.Cli.Commands.Alerts;

namespace StreamSocial.Unit.Tests.Cli.Commands;

public sealed class AlertChangesTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(1);

    [Fact]
    public void Take_WhatIsKnown_IsNotNew()
    {
        var alerts = Set([.. Enumerable.Range(0, 30).Select(number => Episode(number, number + 1)), Episode(40, null)]);
        var changes = new AlertChanges(Rows(alerts, Now));

        Assert.Empty(changes.Take(Rows(alerts, Now)));
    }

    [Fact]
    public void Take_AlertIsSilencedAndNoLonger_SaysEachStatusAgain()
    {
        var (alerts, silence) = (Set(Episode(0, null)), Silence(until: 60));
        var changes = new AlertChanges(Rows(alerts, Now));

        Assert.Equal(["silenced"], Statuses(changes.Take(Rows(With(alerts, silence), Now))));
        Assert.Equal(["firing"], Statuses(changes.Take(Rows(alerts, Now))));
        Assert.Equal(["silenced"], Statuses(changes.Take(Rows(With(alerts, silence), Now))));
        Assert.Equal(["resolved"], Statuses(changes.Take(Rows(With(Set(Episode(0, 10)), silence), Now))));
    }

    [Fact]
    public void Take_SilenceRunsOut_FiresAgain()
    {
        var alerts = With(Set(Episode(0, null)), Silence(until: 60));
        var changes = new AlertChanges(Rows(alerts, Now));

        Assert.Empty(changes.Take(Rows(alerts, Now.AddSeconds(59))));
        Assert.Equal(["firing"], Statuses(changes.Take(Rows(alerts, Now.AddSeconds(60)))));
    }

    [Fact]
    public void Take_AnotherEpisodeOfTheSameAlert_IsNew()
    {
        var changes = new AlertChanges(Rows(Set(Episode(0, 10)), Now));

        Assert.Equal(["firing"], Statuses(changes.Take(Rows(Set(Episode(0, 10), Episode(20, null)), Now))));
    }

    private static IEnumerable<string> Statuses(IEnumerable<AlertRow> rows) => rows.Select(row => row.Status);

    private static IReadOnlyList<AlertRow> Rows(AlertSet alerts, DateTimeOffset now) => AlertRow.From(alerts, now, int.MaxValue);

    private static AlertSet Set(params ImmutableArray<Episode> episodes)
    {
        var alert = new Alert("BrokerDown", ImmutableSortedDictionary<string, string>.Empty.Add("broker", "2"), AlertPhase.Inactive, "broker 2 is away", null, episodes);
        return AlertSet.Empty with { Alerts = AlertSet.Empty.Alerts.Add(alert.Fingerprint, alert) };
    }

    private static AlertSet With(AlertSet alerts, Silence silence) => alerts with { Silences = alerts.Silences.Add(silence.Id, silence) };

    private static Episode Episode(int firedAt, int? resolvedAt) =>
        new(DateTimeOffset.UnixEpoch.AddSeconds(firedAt), DateTimeOffset.UnixEpoch.AddSeconds(firedAt), resolvedAt is { } at ? DateTimeOffset.UnixEpoch.AddSeconds(at) : null, "", null, true, true);

    private static Silence Silence(int until) =>
        new("s", ImmutableSortedDictionary<string, string>.Empty.Add(AlertLabels.Name, "BrokerDown"), Now, Now.AddSeconds(until), "me", "");
}
