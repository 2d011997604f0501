using StreamSocial.Topics;

namespace StreamSocial.Unit.Tests.Topics;

public sealed class ConsumerPlannerTests
{
    [Fact]
    public void Plan_RateBelowTheRule_StartsWithHalfOfThePartitions()
    {
        var plan = Plan(rate: 5_000, perConsumer: 1_000, brokers: 5);
        Assert.Equal((7, 5, 7, 15), (plan.ByRule, plan.ByRate, plan.Start, plan.Most));
        Assert.Equal("Start with 7, half of 15 partitions, the common rule; the rate alone takes 5. More than 15 would be idle.", plan.Explanation);
        Assert.Equal(0.2, plan.HotKeyShare!.Value, precision: 9);
    }

    [Fact]
    public void Plan_RateAboveTheRule_StartsWithWhatItTakes()
    {
        var plan = Plan(rate: 100_000, perConsumer: 1_000, brokers: 3);
        Assert.Equal((63, 100, 100, 126), (plan.ByRule, plan.ByRate, plan.Start, plan.Most));
        Assert.StartsWith("Start with 100: the rate takes them, and half of 126 partitions", plan.Explanation, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1_000_000)]
    [InlineData(50_000_000, 62_500)]
    [InlineData(1_000_000, 0.9)]
    [InlineData(7, 3)]
    public void Plan_AnyNumbers_NeverMoreThanPartitions(double rate, double perConsumer)
    {
        foreach (var brokers in new[] { 1, 3, 7, 100 })
        {
            foreach (var headroom in new[] { 1, 1.25, 10 })
            {
                var plan = Plan(rate, perConsumer, brokers, headroom);
                Assert.InRange(plan.Start, 1, plan.Most);
                Assert.Equal(0, plan.Most % brokers);
                Assert.True(plan.Start * perConsumer >= rate, $"{plan} falls behind");
            }
        }
    }

    [Fact]
    public void Plan_OneConsumerTakesAll_NoKeyIsTooHot() => Assert.Null(Plan(rate: 500, perConsumer: 1_000, brokers: 3).HotKeyShare);

    private static ConsumerPlan Plan(double rate, double perConsumer, int brokers, double headroom = 1.25)
    {
        var workload = new TopicWorkload("t", 1, perConsumer);
        return ConsumerPlanner.Plan(PartitionPlanner.Plan(workload, new PartitionPlannerOptions { TargetRequestsPerSecond = rate, Brokers = brokers, Headroom = headroom }), workload);
    }
}
