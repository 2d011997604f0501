using StreamSocial.Cli.Verification;
using StreamSocial.Events;
using StreamSocial.Replay.Messages;

namespace StreamSocial.Unit.Tests.Cli.Verification;

public sealed class ReadBackTotalsTests
{
    private readonly ReferenceModel _reference = new();
    private readonly ReadBackTotals _totals = new();

    [Fact]
    public void AddTrend_EmptyThoughContentsAreLiked_Differs()
    {
        Act(ActionType.Like);

        _totals.AddTrend(_reference, new(null, []));

        Assert.Equal((1, "trend: c is missing, whose score is 4"), (_totals.DifferingCounters, Assert.Single(_totals.Examples)));
    }

    [Fact]
    public void AddTrend_EmptyAndNothingIsLiked_IsEqual()
    {
        Act(ActionType.Post);

        _totals.AddTrend(_reference, new(null, []));

        Assert.Equal(0, _totals.DifferingCounters);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    public void AddTrend_OfAContent_IsComparedWithItsCounters(int likes, long differing)
    {
        Act(ActionType.Like);

        _totals.AddTrend(_reference, new(0, [(4, new ReadCounters("c", new ContentCounts(0, 0, 0, likes, 0, 0), 1))]));

        Assert.Equal(differing, _totals.DifferingCounters);
    }

    private void Act(ActionType type) => _reference.Apply(new ReplayAction { ActionId = "a", Type = type, UserId = "u", ContentId = "c", OccurredAt = DateTimeOffset.UnixEpoch });
}
