using StreamSocial.FeedGenerator.Actions;
using StreamSocial.FeedGenerator.Pulling;

namespace StreamSocial.Unit.Tests.FeedGenerator.Pulling;

public sealed class PullThresholdTests
{
    // replicas, reads per action, expected, with a push of 2, a row of 12 and a merge of 20
    [Theory]
    [InlineData(1, 0, 6)]
    [InlineData(1000, 0, 6_000)]
    [InlineData(1000, 0.05, 12_000)]
    [InlineData(1000, 0.0999, 6_000_000)]
    [InlineData(1000, 0.1, long.MaxValue)]
    [InlineData(1000, 5, long.MaxValue)]
    public void Calculate_SomeLoads_IsWherePushingAndPullingCostTheSame(int replicas, double readsPerAction, long expected)
    {
        var followers = PullThreshold.Calculate(replicas, readsPerAction, pushCost: 2, tableCost: 12, mergeCost: 20);
        Assert.InRange(followers, expected, expected == long.MaxValue ? expected : expected + (expected / 1_000) + 1);
        if (followers < long.MaxValue)
            Assert.True(followers * 2.0 * 1.001 >= (replicas * 12) + (followers * readsPerAction * 20), "Pulling is still dearer.");
    }

    [Fact]
    public void Default_IsWhatTheFormulaGivesForTheMeasuredCosts() =>
        Assert.InRange(PullThreshold.Calculate(replicas: 1000, readsPerAction: 0.04, pushCost: 2.4, tableCost: 14, mergeCost: 27), 9_000, new ActionsOptions().PullThreshold * 1.1);

    [Theory]
    [InlineData(0, 1, 1, 1, 1)]
    [InlineData(1, -1, 1, 1, 1)]
    [InlineData(1, 1, 0, 1, 1)]
    [InlineData(1, 1, 1, 0, 1)]
    [InlineData(1, 1, 1, 1, -1)]
    public void Calculate_OutOfRange_Throws(int replicas, double readsPerAction, double push, double table, double merge) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PullThreshold.Calculate(replicas, readsPerAction, push, table, merge));
}
