using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Drills.Spike;
using StreamSocial.Cli.Topology;
using StreamSocial.Cli.Verification;
using StreamSocial.Events;
using StreamSocial.Replay;
using StreamSocial.Replay.Messages;
using StreamSocial.Replay.Synthetic;

namespace StreamSocial.Unit.Tests.Cli.Drills.Spike;

public sealed class BusiestPartTests
{
    /// <summary>At second 0 three follows, then a post a minute, then three posts in a second, then one more.</summary>
    private static readonly ReplayEvent[] Events =
    [
        Act(1, 0, ActionType.Follow), Act(2, 0, ActionType.Follow), Act(3, 0, ActionType.Follow), Act(4, 60, ActionType.Post), Act(5, 120, ActionType.Post),
        Act(6, 180, ActionType.Post), Act(7, 180, ActionType.Post), Act(8, 180, ActionType.Post), Act(9, 180, ActionType.Post), Act(10, 240, ActionType.Post),
    ];

    [Theory]
    [InlineData(0, "6 7 8 9 10")]
    [InlineData(2, "2 3 6 7 8 9 10")]
    [InlineData(5, "1 2 3 6 7 8 9 10")]
    public void ReadEvents_BeginsWithTheLatestFollowsBeforeThePart(int follows, string expected)
    {
        using var part = new BusiestPart(() => new Trace(), events: 4, follows);

        Assert.Equal(expected, string.Join(' ', part.ReadEvents().Cast<ReplayAction>().Select(action => action.ActionId)));
    }

    [Fact]
    public void ReadEvents_OfTheSyntheticNetwork_ReachFeeds()
    {
        var options = new SyntheticTraceOptions { InteractionsPerAction = 0, ActionsPerSecond = 600, SpikeFactor = 5 };
        using var part = new BusiestPart(() => new SyntheticTrace(options, DateTimeOffset.UnixEpoch), events: 36_000, follows: 500);
        var reference = new ReferenceModel();
        foreach (var next in part.ReadEvents().Take(40_000))
            reference.Apply(next);

        Assert.InRange(reference.Deliveries, reference.Actions / 10, reference.Actions / 2);
    }

    [Theory]
    [InlineData(9_000)]
    [InlineData(int.MaxValue)]
    public void ReadEvents_OfAPartThatIsNoLongerThanTheFirstFollows_AreTheLatestOfThemAndWhatIsDone(int events)
    {
        var options = new SyntheticTraceOptions { InteractionsPerAction = 0, ActionsPerSecond = 20, SpikeFactor = 5 };
        using var part = new BusiestPart(() => new SyntheticTrace(options, DateTimeOffset.UnixEpoch), events, follows: 500);

        Assert.InRange(part.ReadEvents().Take(9_500).Cast<ReplayAction>().Count(action => action.Type == ActionType.Follow), 500, 700);
    }

    [Fact]
    public void ReadEvents_OfTwoRounds_HaveOtherIds()
    {
        var start = DateTimeOffset.UnixEpoch.AddDays(1);
        var options = new SpikeOptions
        {
            Topology = new TopologyOptions { Log = new FileInfo("log") }, Policies = [], SpikeRate = 100, Spike = TimeSpan.FromSeconds(10), Capacity = 1,
            OpenTrace = round => new SyntheticTrace(new SyntheticTraceOptions { Seed = 1 + round, InteractionsPerAction = 0, ActionsPerSecond = 20, SpikeFactor = 5 }, start, round),
        };
        using var trace = new DrillTrace(options.OpenPart, limit: 20_000, new ReferenceModel(), TimeProvider.System);
        var actions = trace.ReadEvents().Cast<ReplayAction>().ToArray();

        Assert.Equal(20_000, actions.DistinctBy(action => (action.UserId, action.ActionId)).Count());
    }

    private static ReplayAction Act(int number, double seconds, ActionType type) => new()
    {
        ActionId = $"{number}", Type = type, UserId = "a", TargetUserId = type == ActionType.Follow ? "b" : null, ContentId = type == ActionType.Post ? $"c{number}" : null,
        OccurredAt = DateTimeOffset.UnixEpoch.AddSeconds(seconds),
    };

    private sealed class Trace : ITraceSource
    {
        public string Description => "ten events";

        public double? FractionRead => null;

        public long InteractionsRead => 0;

        public IEnumerable<ReplayEvent> ReadEvents() => Events;

        public void Dispose()
        {
            // Holds no resources.
        }
    }
}
