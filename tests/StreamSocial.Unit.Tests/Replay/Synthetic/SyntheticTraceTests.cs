using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using StreamSocial.Events;
using StreamSocial.Events.Actions;
using StreamSocial.Replay.Messages;
using StreamSocial.Replay.Synthetic;

namespace StreamSocial.Unit.Tests.Replay.Synthetic;

public sealed class SyntheticTraceTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddDays(20_000);

    [Fact]
    public void ReadEvents_SameSeed_SameEvents() => Assert.Equal(Read(new()).Select(Describe), Read(new()).Select(Describe));

    [Fact]
    public void ReadEvents_OtherSeed_OtherEvents() => Assert.NotEqual(Read(new() { Seed = 1 }), Read(new() { Seed = 2 }));

    [Fact]
    public void ReadEvents_OfAnotherRoundInTheSameSecond_HaveOtherIds()
    {
        var options = new SyntheticTraceOptions { Length = TimeSpan.FromSeconds(1) };
        var ids = Enumerable.Range(0, 3).SelectMany(round => new SyntheticTrace(options, Start, round).ReadEvents().OfType<ReplayAction>()).Select(action => (action.UserId, action.ActionId));

        Assert.Distinct(ids);
    }

    [Fact]
    public void ReadEvents_TimesRise_AndIdsAreUniqueForEachUserOnly()
    {
        var events = Read(new());

        Assert.Equal(events.Select(e => e.OccurredAt).Order(), events.Select(e => e.OccurredAt));
        var ids = events.Select(e => e is ReplayAction action ? (action.UserId, Id: action.ActionId) : (((ReplayInteraction)e).UserId, Id: ((ReplayInteraction)e).InteractionId)).ToList();
        Assert.Distinct(ids);
        Assert.InRange(ids.CountBy(id => id.Id).Where(id => id.Value > 1).Sum(id => id.Value), ids.Count / 5, ids.Count / 3);
    }

    [Fact]
    public void ReadEvents_InTheSpike_RateRisesByTheFactorAndConcernsOnePost()
    {
        var options = new SyntheticTraceOptions
        {
            ActionsPerSecond = 50, SpikeFactor = 10, SpikeAt = TimeSpan.FromSeconds(40), SpikeLength = TimeSpan.FromSeconds(20), Length = TimeSpan.FromSeconds(100),
        };
        var actions = Read(options).OfType<ReplayAction>().Where(action => action.Type != ActionType.Follow).ToList();

        var spike = actions.Where(action => action.OccurredAt - Start is { TotalSeconds: >= 40 and < 60 }).ToList();
        var before = actions.Count(action => action.OccurredAt - Start < TimeSpan.FromSeconds(40));

        Assert.InRange(spike.Count / 20.0 / (before / 40.0), 8, 12);
        Assert.True(spike.Count(action => action.ContentAuthorId == "u0") > spike.Count * 0.8, "Most of the spike should concern the celebrity.");
    }

    [Fact]
    public void ReadEvents_MoreActionsThanTheClockHasTicks_TheSpikeEnds()
    {
        using var trace = new SyntheticTrace(
            new()
            {
                FollowsPerUser = 0, ActionsPerSecond = 10_000, InteractionsPerAction = 0, SpikeFactor = 100_000, SpikeAt = TimeSpan.Zero,
                SpikeLength = TimeSpan.FromMicroseconds(100), Length = TimeSpan.FromSeconds(1),
            },
            Start);

        Assert.InRange(trace.ReadEvents().Take(1_000_000).Count(), 100_000, 130_000);
    }

    [Fact]
    public void ReadEvents_Follows_AreDistinctAndFavourLowRanks()
    {
        var follows = Read(new() { RelationChangeShare = 0 }).OfType<ReplayAction>().Where(action => action.Type == ActionType.Follow).ToList();

        Assert.Distinct(follows.Select(follow => (follow.UserId, follow.TargetUserId)));
        Assert.DoesNotContain(follows, follow => follow.UserId == follow.TargetUserId);
        Assert.True(follows.Count(follow => follow.TargetUserId == "u0") > 20 * follows.Count(follow => follow.TargetUserId == "u1900"));
    }

    [Fact]
    public void ReadEvents_RecentPosts_OthersActUponTheNewestOnly()
    {
        var newest = new Dictionary<string, int>();
        var numbers = new List<(int Number, int Newest)>();
        foreach (var action in Read(new() { Users = 5, RecentPosts = 3, SpikeLength = TimeSpan.Zero }).OfType<ReplayAction>())
        {
            if (action.Type == ActionType.Post)
                newest[action.UserId!] = newest.GetValueOrDefault(action.UserId!) + 1;
            else if (action.ContentAuthorId is { } author && newest.GetValueOrDefault(author) is var posts and >= 3)
                numbers.Add((int.Parse(action.ContentId!.Split('-')[^1], CultureInfo.InvariantCulture), posts));
        }
        Assert.InRange(numbers.Count, 1_000, int.MaxValue);
        Assert.All(numbers, post => Assert.InRange(post.Number, post.Newest - 2, post.Newest));
    }

    [Fact]
    public void ReadEvents_Defaults_HaveEveryTypeOfAction() =>
        Assert.Equal(ActionTypes.All.Select(definition => definition.Type).Order(), Read(new()).OfType<ReplayAction>().Select(action => action.Type).Distinct().Order());

    [Fact]
    public void Options_Defaults_AreValid()
    {
        var options = new SyntheticTraceOptions();

        Assert.True(Validator.TryValidateObject(options, new ValidationContext(options), null, validateAllProperties: true));
    }

    private static string Describe(ReplayEvent replayEvent) => JsonSerializer.Serialize(replayEvent, replayEvent.GetType());

    private static List<ReplayEvent> Read(SyntheticTraceOptions options)
    {
        options.Length = options.Length > TimeSpan.FromMinutes(2) ? TimeSpan.FromMinutes(2) : options.Length;
        using var trace = new SyntheticTrace(options, Start);
        return trace.ReadEvents().ToList();
    }
}
