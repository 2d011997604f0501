using System.ComponentModel.DataAnnotations;
using StreamSocial.Topics;

namespace StreamSocial.Unit.Tests.Topics;

public sealed class PartitionPlannerTests
{
    private static readonly TopicWorkload Actions = new("actions", 1, 62_500, 1000);
    private static readonly TopicWorkload Views = new("views", 1, 125_000, 500);

    [Fact]
    public void Plan_NamedCount_ShowsItsTerms()
    {
        var plan = PartitionPlanner.Plan(Actions, new PartitionPlannerOptions());
        Assert.Equal((50_000_000, 6, 800, 1000, 1002), (plan.EntriesPerSecond, plan.ForBrokers, plan.ForThroughput, plan.Required, plan.Balanced));
        Assert.Equal("1000 named and kept exactly: it covers the 1000 required; of 3 brokers 1 lead one partition more than the others (a multiple would be 1002).", plan.Explanation);
    }

    [Fact]
    public void Plan_NothingNamed_RoundsUpToTheBrokers() =>
        Assert.Equal(1002, PartitionPlanner.Plan(Actions with { NamedPartitions = null }, new PartitionPlannerOptions()).Partitions);

    [Fact]
    public void Plan_NamedFallsShort_IsReplacedAndSaysSo()
    {
        var plan = PartitionPlanner.Plan(Views, new PartitionPlannerOptions { TargetRequestsPerSecond = 100_000_000 });
        Assert.Equal(1002, plan.Partitions);
        Assert.Contains("500 named, but 1000 required", plan.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_SmallLoad_TwoABroker() =>
        Assert.Equal(15, PartitionPlanner.Plan(new TopicWorkload("t", 1, 1000), new PartitionPlannerOptions { TargetRequestsPerSecond = 10, Brokers = 5 }).Partitions);

    [Fact]
    public void Plan_HugeCluster_MultipleOfBrokersIsSaid() =>
        Assert.EndsWith("is a multiple of 50 brokers.", PartitionPlanner.Plan(Actions, new PartitionPlannerOptions { Brokers = 50 }).Explanation, StringComparison.Ordinal);

    [Fact]
    public void Plan_OptionsOutOfRange_Throws()
    {
        Assert.Throws<ValidationException>(() => PartitionPlanner.Plan(Actions, new PartitionPlannerOptions { Brokers = 0 }));
        Assert.Throws<ValidationException>(() => PartitionPlanner.Plan(Actions, new PartitionPlannerOptions { Headroom = 0.5 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => PartitionPlanner.Plan(Actions with { EntriesPerConsumerPerSecond = 0 }, new PartitionPlannerOptions()));
    }
}
