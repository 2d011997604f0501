using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console;
using StreamSocial.Cli.Drills.Measuring;
using StreamSocial.Cli.Topology;
using StreamSocial.Control;
using StreamSocial.Unit.Tests.Control;

namespace StreamSocial.Unit.Tests.Cli.Drills.Measuring;

public sealed class ReplicaDirectoryTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streamsocial-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Dispose_TopologyHasEndedBefore_SaysNothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A shell stands for the AppHost.");
        await using var control = await StubControlServer.StartAsync(Results.Content("[]", "application/json"));
        var options = new TopologyOptions { Log = new FileInfo(Path.Combine(_folder.FullName, "log")), StopTimeout = TimeSpan.FromSeconds(5) };
        var appHost = ChildProcess.Start(new ProcessStartInfo("sh", ["-c", "sleep 60"]), options.Log, options.StopTimeout, TimeProvider.System);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) });
        var topology = new TopologyRunner(options, console, TimeProvider.System, appHost, new ControlOptions { Endpoint = control.Address, Token = "token" });
        var time = new FakeTimeProvider();
        var directory = new ReplicaDirectory(topology, time);

        await topology.DisposeAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        // It looks again, at nothing.
        await Task.Delay(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);
        await directory.DisposeAsync();
    }
}
