using Spectre.Console;
using StreamSocial.Cli.Output;
using StreamSocial.Streams.Simulation;

namespace StreamSocial.Unit.Tests.Cli.Output;

public sealed class SimulationTableTests
{
    [Theory]
    [InlineData(0, false, "Stopped after 0 of 10 schedules")]
    [InlineData(3, false, "Stopped after 3 of 10 schedules")]
    [InlineData(10, true, "Every promise held in every schedule.")]
    public void Write_OfASimulationThatWasStopped_SaysSo(int schedules, bool passed, string expected)
    {
        using var stop = new CancellationTokenSource();
        if (schedules == 0)
            stop.Cancel();
        var report = SimulationRunner.Run(new SimulationOptions { Schedules = 10 }, TimeProvider.System, StopAtLast, stop.Token);
        var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 1_000;
        SimulationTable.Write(console, report);

        Assert.Equal((schedules, passed), (report.Schedules, report.Passed));
        Assert.Contains(expected, text.ToString(), StringComparison.Ordinal);

        void StopAtLast(SimulationReport current)
        {
            if (current.Schedules == schedules)
                stop.Cancel();
        }
    }
}
