using Spectre.Console;
using StreamSocial.Cli.Verification;
using StreamSocial.Replay.Sending;

namespace StreamSocial.Unit.Tests.Cli.Verification;

public sealed class RescaleScriptTests
{
    private readonly StringWriter _output = new();
    private readonly List<int> _scaled = [];

    [Fact]
    public async Task RunAsync_ReplayReportsItsThirds_NoStepIsLate()
    {
        var script = Script();
        var running = script.RunAsync(TestContext.Current.CancellationToken);
        script.Report(Progress(0.2));
        Assert.Empty(_scaled);
        script.Report(Progress(0.4));
        script.Report(Progress(0.7));
        await running;
        script.Finish();

        Assert.Equal([3, 1], _scaled);
        Assert.Equal(0, script.LateSteps);
        Assert.Contains("Two thirds are sent: scaling to 1", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.0, 2)]
    [InlineData(0.4, 1)]
    public async Task RunAsync_ReplayEndsBeforeItReportsThem_SaysWhichStepsAreLate(double reported, int late)
    {
        var script = Script();
        var running = script.RunAsync(TestContext.Current.CancellationToken);
        script.Report(Progress(reported));
        for (var tries = 0; _scaled.Count < 2 - late && tries < 1_000; tries++)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        script.Finish();
        await running;

        Assert.Equal([3, 1], _scaled);
        Assert.Equal(late, script.LateSteps);
        Assert.Contains("All is acknowledged: scaling to 1", _output.ToString(), StringComparison.Ordinal);
    }

    private static ReplayProgress Progress(double fraction) => new(1, 0, TimeSpan.FromSeconds(1), 1, fraction);

    private RescaleScript Script() => new(
        (replicas, _) =>
        {
            lock (_scaled)
                _scaled.Add(replicas);
            return Task.CompletedTask;
        },
        up: 3, down: 1, new Progress<ReplayProgress>(_ => { }), AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(_output) }));
}
