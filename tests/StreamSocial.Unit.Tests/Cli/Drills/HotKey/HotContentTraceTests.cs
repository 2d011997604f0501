using StreamSocial.Cli.Drills.HotKey;
using StreamSocial.Cli.Verification;
using StreamSocial.Events;
using StreamSocial.Replay.Messages;

namespace StreamSocial.Unit.Tests.Cli.Drills.HotKey;

public sealed class HotContentTraceTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void ReadEvents_NineInTen_ConcernTheHotContentInAllWays()
    {
        using var trace = new HotContentTrace(0.9, seed: 1, Start) { Rate = 100 };
        var events = trace.ReadEvents().Take(10_000).ToArray();

        var hot = events.Count(found => ContentOf(found) == trace.HotContent);
        Assert.InRange(hot, 8_800, 9_200);
        Assert.Equal(1_000, events.OfType<ReplayAction>().Count());
        Assert.Equal(
            [ActionType.Like, ActionType.Comment, ActionType.Share],
            events.OfType<ReplayAction>().Where(action => action.ContentId == trace.HotContent).Select(action => action.Type).Distinct().Order());
        Assert.Equal(
            [InteractionType.View, InteractionType.Impression, InteractionType.Click],
            events.OfType<ReplayInteraction>().Where(interaction => interaction.ContentId == trace.HotContent).Select(interaction => interaction.Type).Distinct().Order());
        Assert.Equal(10_000, events.Select(IdOf).Distinct().Count());
    }

    [Fact]
    public void ReadEvents_RateChanges_FromTheNextEventOn()
    {
        using var trace = new HotContentTrace(0.9, seed: 1, Start) { Rate = 10 };
        var times = new List<TimeSpan>();
        foreach (var found in trace.ReadEvents().Take(6))
        {
            times.Add(found.OccurredAt!.Value - Start);
            if (times.Count == 3)
                trace.Rate = 1_000;
        }

        Assert.Equal([0, 100, 200, 201, 202, 203], times.Select(time => time.TotalMilliseconds));
    }

    [Fact]
    public void ReadEvents_SameSeed_SameCounts()
    {
        Assert.Equal(CountsOf(seed: 1), CountsOf(seed: 1));
        Assert.NotEqual(CountsOf(seed: 1), CountsOf(seed: 2));
    }

    private static IReadOnlyDictionary<string, ContentCounts> CountsOf(int seed)
    {
        using var trace = new HotContentTrace(0.9, seed, Start);
        var reference = new ReferenceModel();
        foreach (var found in trace.ReadEvents().Take(1_000))
            reference.Apply(found);
        return reference.Counters;
    }

    private static string? ContentOf(ReplayEvent found) => found is ReplayAction action ? action.ContentId : ((ReplayInteraction)found).ContentId;

    private static string IdOf(ReplayEvent found) => found is ReplayAction action ? action.ActionId : ((ReplayInteraction)found).InteractionId;
}
