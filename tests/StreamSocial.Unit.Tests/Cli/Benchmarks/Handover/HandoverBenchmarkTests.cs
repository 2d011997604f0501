using Spectre.Console;
using StreamSocial.Cli;
using StreamSocial.Cli.Benchmarks.Handover;

namespace StreamSocial.Unit.Tests.Cli.Benchmarks.Handover;

public sealed class HandoverBenchmarkTests
{
    [Fact]
    public async Task RunAsync_TraceTooShortForARound_IsRefusedBeforeAnyRound()
    {
        var trace = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(trace, ["2 1 1341100972 RT"], TestContext.Current.CancellationToken);
            var options = new HandoverBenchmarkOptions
            {
                Trace = trace, Rounds = 1, Peer = null, JoinLimit = 0.1, FurtherArguments = [], Logs = new DirectoryInfo(Path.GetTempPath()),
            };
            using var output = new StringWriter();
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });

            var error = await Assert.ThrowsAsync<UsageException>(() => new HandoverBenchmark(options, console, TimeProvider.System).RunAsync(TestContext.Current.CancellationToken));

            Assert.Equal("The trace has 1 lines, and a round takes 270,000: give a longer one.", error.Message);
            Assert.Equal("", output.ToString());
        }
        finally
        {
            File.Delete(trace);
        }
    }
}
