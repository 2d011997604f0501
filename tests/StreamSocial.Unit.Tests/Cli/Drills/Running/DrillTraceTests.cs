using Microsoft.Extensions.Time.Testing;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Verification;
using StreamSocial.Events;
using StreamSocial.Replay.Messages;
using StreamSocial.Replay.Synthetic;
using StreamSocial.Unit.Tests.Replay;

namespace StreamSocial.Unit.Tests.Cli.Drills.Running;

public sealed class DrillTraceTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(1);

    /// <summary>Sent at its rate, a round of the synthetic network takes longer than the time that it tells of, since a part of that has more events.</summary>
    [Fact]
    public void ReadEvents_SyntheticRounds_TimeGoesOnAndIsNeverAheadOfTheClock()
    {
        var options = new SyntheticTraceOptions { Users = 20, InteractionsPerAction = 0, ActionsPerSecond = 20, SpikeFactor = 5 };
        var time = new FakeTimeProvider(Now);
        using var trace = new DrillTrace(round => new SyntheticTrace(options, Now - options.Length, round), limit: 36_000, new ReferenceModel(), time);

        var (latest, ids, shifted) = (DateTimeOffset.MinValue, new HashSet<(string, string)>(), 0);
        foreach (var action in trace.ReadEvents().Cast<ReplayAction>())
        {
            Assert.InRange(action.OccurredAt!.Value, latest, time.GetUtcNow());
            Assert.True(ids.Add((action.UserId, action.ActionId)));
            latest = action.OccurredAt.Value;
            shifted += latest == time.GetUtcNow() ? 1 : 0;
            time.Advance(TimeSpan.FromSeconds(1 / options.ActionsPerSecond));
        }
        Assert.Equal((36_000, 0), (ids.Count, shifted));
    }

    [Fact]
    public void ReadEvents_TraceOfThePast_EachRoundBeginsWhereTheOneBeforeItEnded()
    {
        using var trace = new DrillTrace(round => new ListTrace([Post(round, 1, 0), Post(round, 2, 10), Post(round, 3, 60)]), limit: 9, new ReferenceModel(), new FakeTimeProvider(Now));

        Assert.Equal([0, 10, 60, 60, 70, 120, 120, 130, 180], trace.ReadEvents().Select(read => (read.OccurredAt!.Value - DateTimeOffset.UnixEpoch).TotalSeconds));
    }

    [Fact]
    public void ReadEvents_TraceThatEndsNow_IsHeldAtTheClock()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddSeconds(60));
        using var trace = new DrillTrace(round => new ListTrace([Post(round, 1, 0), Post(round, 2, 60)]), limit: 5, new ReferenceModel(), time);

        var seconds = new List<double>();
        foreach (var read in trace.ReadEvents())
        {
            seconds.Add((read.OccurredAt!.Value - DateTimeOffset.UnixEpoch).TotalSeconds);
            time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal([0, 60, 60, 63, 63], seconds);
    }

    private static ReplayAction Post(int round, int number, double seconds) => new()
    {
        ActionId = $"{round}-{number}", Type = ActionType.Post, UserId = "a", ContentId = $"c{number}", OccurredAt = DateTimeOffset.UnixEpoch.AddSeconds(seconds),
    };
}
