using StreamSocial.Cli.Verification;
using StreamSocial.Events;
using StreamSocial.Events.Interactions;
using StreamSocial.FeedGenerator.Engagement;

namespace StreamSocial.Unit.Tests.Events.Interactions;

public sealed class InteractionTypesTests
{
    [Theory]
    [InlineData(InteractionType.View, "view", 0, true)]
    [InlineData(InteractionType.Impression, "impression", double.NegativeInfinity, true)]
    [InlineData(InteractionType.Click, "click", 1, true)]
    [InlineData(InteractionType.Like, "like", 2, false)]
    [InlineData(InteractionType.Comment, "comment", 3, false)]
    [InlineData(InteractionType.Share, "share", 4, false)]
    public void Of_EachType_IsWhatTheContractSays(InteractionType type, string name, double weightLog2, bool sentByClients)
    {
        var definition = InteractionTypes.Of(type);
        Assert.Equal((type, name, weightLog2, sentByClients), (definition.Type, definition.JsonName.Value, definition.TrendWeightLog2, definition.IsSentByClients));
    }

    [Fact]
    public void All_EveryValueOfTheContract_IsDefinedAndCounted()
    {
        Assert.Equal(
            Enum.GetValues<InteractionType>().Where(type => type != InteractionType.Unspecified).Order(), InteractionTypes.All.Select(definition => definition.Type).Order());
        foreach (var definition in InteractionTypes.All)
        {
            var counters = new ContentCounters();
            counters[definition.Type]++;
            var stats = counters.ToStats("c");
            Assert.Equal(1, stats.Views + stats.Impressions + stats.Clicks + stats.Likes + stats.Comments + stats.Shares);
            Assert.NotEqual(default, default(ContentCounts).Add(definition.Type, 1));
        }
    }

    [Theory]
    [InlineData(InteractionType.Unspecified)]
    [InlineData((InteractionType)1000)]
    public void Find_UnknownType_IsNull(InteractionType type)
    {
        Assert.Null(InteractionTypes.Find(type));
        Assert.Throws<ArgumentOutOfRangeException>(() => InteractionTypes.Of(type));
    }
}
