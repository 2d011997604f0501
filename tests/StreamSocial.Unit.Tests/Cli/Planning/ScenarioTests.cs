using Spectre.Console;
using StreamSocial.Cli;
using StreamSocial.Cli.Commands;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Planning;
using StreamSocial.Topics;

namespace StreamSocial.Unit.Tests.Cli.Planning;

public sealed class ScenarioTests
{
    public static TheoryData<string> Names => [.. Scenarios.All.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Plan_OfScenario_ShowsCountsKeysRisksAndWhatToWatch(string name)
    {
        var scenario = Scenarios.Find(name)!;
        var plans = scenario.Topics
            .Select(topic => TopicPlan.Of(topic.Workload, new PartitionPlannerOptions { TargetRequestsPerSecond = scenario.RequestsPerSecond }))
            .ToArray();
        Assert.All(plans, plan => Assert.Equal(0, plan.Plan.Partitions % 3));

        var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 1_000;
        PlanTables.Write(console, scenario, scenario.RequestsPerSecond, plans);
        Assert.All(
            [.. scenario.Topics.SelectMany(topic => new[] { topic.Workload.Topic, topic.Key, topic.HotPartitionRisk }), .. scenario.Watch, "partitions compare"],
            expected => Assert.Contains(expected, text.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void Of_MorePartitionsThanAnyClusterHas_SaysSo()
    {
        var error = Assert.Throws<UsageException>(() => TopicPlan.Of(new TopicWorkload("t", 1, 0.001), new PartitionPlannerOptions { TargetRequestsPerSecond = 1e9 }));
        Assert.StartsWith("t would need more than 1,000,000 partitions", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plan --rate 1e300 --per-consumer 0.001", ExitCodes.NotTried)]
    [InlineData("plan --rate nothing --per-consumer 1", ExitCodes.NotTried)]
    [InlineData("plan --rate 12000 --per-consumer 1500", ExitCodes.Done)]
    [InlineData("plan", ExitCodes.Done)]
    public async Task Run_OfPlan_ExitCodeTellsABadNumber(string line, int expected) => Assert.Equal(expected, await CommandLine.RunAsync(line.Split(' ')));
}
