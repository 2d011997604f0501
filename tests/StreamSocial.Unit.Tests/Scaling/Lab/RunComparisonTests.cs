using StreamSocial.Scaling.Lab.Runs;

namespace StreamSocial.Unit.Tests.Scaling.Lab;

public sealed class RunComparisonTests
{
    [Theory]
    [InlineData(10, 100, Standing.Equal)]
    [InlineData(11, 101, Standing.Equal)] // nearly the same
    [InlineData(10, 90, Standing.Worse)] // as fresh and cheaper
    [InlineData(5, 100, Standing.Worse)] // fresher at the same cost
    [InlineData(5, 120, Standing.Better)] // fresher, at a higher cost
    [InlineData(20, 80, Standing.Better)] // cheaper, but staler
    public void Judge_OneRival_GoesByFreshnessAtEqualCostAndCostAtEqualFreshness(int late, int cost, Standing expected) =>
        Assert.Equal(expected, RunComparison.Judge(Run(10, 100), [Run(late, cost)]));

    [Fact]
    public void Best_OfSettings_IsTheCheapestOfTheFreshest() =>
        Assert.Equal(90, RunComparison.Best([Run(30, 50), Run(5, 120), Run(6, 90)]).ReplicaSeconds);

    [Fact]
    public void Oscillations_StepsWhileTheLoadIsConstant_CountsWhatWasTakenBack()
    {
        Assert.Equal(0, WithSteps((1, 4), (4, 3)).Oscillations); // trimmed
        Assert.Equal(1, WithSteps((1, 4), (4, 1)).Oscillations);
        Assert.Equal(1, WithSteps((4, 3), (3, 4)).Oscillations);
        Assert.Equal((2, 1), (WithSteps((1, 4), (4, 1)).StepsToSettle, (WithSteps((1, 4), (4, 1)) with { LoadChanges = [0, 15] }).StepsToSettle));
        Assert.Equal(0, (WithSteps((1, 4), (4, 1)) with { LoadChanges = [0, 15] }).Oscillations);
    }

    /// <summary>Steps at second 10, 20 and so on.</summary>
    private static RunResult WithSteps(params (int From, int To)[] steps) =>
        Run(0, 100) with { Steps = [.. steps.Select((step, index) => new SizeStep(10 * (index + 1), step.From, step.To, ""))] };

    /// <summary>A run of 100 seconds.</summary>
    private static RunResult Run(int late, int cost) => new()
    {
        Policy = "p",
        Settings = "",
        Steps = [],
        Replicas = [.. Enumerable.Range(0, 100).Select(second => second < cost % 100 ? (cost / 100) + 1 : cost / 100)],
        AgeSeconds = [.. Enumerable.Range(0, 100).Select(second => second < late ? 5f : 0f)],
        Rebalances = 0,
        AgeTargetSeconds = 4,
        LoadChanges = [0],
    };
}
