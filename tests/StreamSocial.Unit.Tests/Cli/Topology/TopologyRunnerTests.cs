using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Spectre.Console;
using StreamSocial.Cli;
using StreamSocial.Cli.Topology;
using StreamSocial.Control;
using StreamSocial.Unit.Tests.Control;

namespace StreamSocial.Unit.Tests.Cli.Topology;

/// <summary>What did not come about before the start could not be tried; what does not come about afterwards did not hold.</summary>
public sealed class TopologyRunnerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streamsocial-test-");
    private readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TopologyOptions Options => new()
    {
        Log = new FileInfo(Path.Combine(_folder.FullName, "log")),
        AppHost = new FileInfo(Path.Combine(_folder.FullName, "missing.dll")),
        StartTimeout = TimeSpan.FromMilliseconds(300),
        StopTimeout = TimeSpan.FromSeconds(5),
    };

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task StartAsync_AppHostEnds_CouldNotBeTried() =>
        await Assert.ThrowsAsync<ToolException>(() => TopologyRunner.StartAsync(Options, _console, TimeProvider.System, Token));

    [Fact]
    public async Task WaitForStartAsync_ServiceStaysUnhealthy_CouldNotBeTried()
    {
        await using var control = await StubControlServer.StartAsync(Resources);
        await using var runner = Start("sleep 60", control);

        await Assert.ThrowsAsync<ToolException>(() => runner.WaitForStartAsync(TopologyRunner.Ingest, Token));
        await Assert.ThrowsAsync<ToolException>(() => runner.WaitForStartAsync(TopologyRunner.Dashboard, Token));
    }

    [Fact]
    public async Task Waits_TopologyDoesNotRecover_DidNotHold()
    {
        await using var control = await StubControlServer.StartAsync(Resources);
        await using var runner = Start("sleep 60", control);

        await Assert.ThrowsAsync<NotHeldException>(() => runner.ScaleAsync(1, Token));
        await Assert.ThrowsAsync<NotHeldException>(() => runner.WaitForGeneratorsAsync(1, Token));
        await Assert.ThrowsAsync<NotHeldException>(() => runner.WaitForResourceAsync(TopologyRunner.Ingest, "healthy", found => found.IsHealthy, TimeSpan.FromMilliseconds(300), Token));
    }

    [Fact]
    public async Task Reads_ResourceOrItsAddressIsMissing_DidNotHold()
    {
        await using var control = await StubControlServer.StartAsync(Resources);
        await using var runner = Start("sleep 60", control);

        await Assert.ThrowsAsync<NotHeldException>(() => runner.ReadAddressAsync(TopologyRunner.Ingest, Token));
        await Assert.ThrowsAsync<NotHeldException>(() => runner.ReadResourceAsync(TopologyRunner.Autoscaler, Token));
    }

    [Fact]
    public async Task Requests_AppHostDoesNotDoThem_DidNotHold()
    {
        await using var control = await StubControlServer.StartAsync(Results.StatusCode(StatusCodes.Status500InternalServerError));
        await using var runner = Start("sleep 60", control);

        await Assert.ThrowsAsync<NotHeldException>(() => runner.ScaleAsync(1, Token));
        await Assert.ThrowsAsync<NotHeldException>(() => runner.ExecuteAsync(TopologyRunner.Ingest, ResourceCommand.Stop, Token));
        await Assert.ThrowsAsync<NotHeldException>(() => runner.ReadResourcesAsync(Token));
    }

    [Fact]
    public async Task ThrowIfEnded_AppHostHasEnded_DidNotHold()
    {
        await using var control = await StubControlServer.StartAsync(Resources);
        await using var runner = Start("exit 3", control);

        NotHeldException? thrown = null;
        for (var tries = 0; thrown is null && tries < 200; tries++)
        {
            thrown = Record.Exception(runner.ThrowIfEnded) as NotHeldException;
            await Task.Delay(50, Token);
        }

        Assert.Contains("exit code 3", thrown?.Message, StringComparison.Ordinal);
    }

    private static IResult Resources => Results.Content(
        """[{"name":"ingest","type":"Project","state":"Running","health":"Unhealthy","exitCode":null,"pid":7,"urls":[]}]""", "application/json");

    private TopologyRunner Start(string script, StubControlServer control)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A shell stands for the AppHost.");
        var appHost = ChildProcess.Start(new ProcessStartInfo("sh", ["-c", script]), Options.Log, Options.StopTimeout, TimeProvider.System);
        return new TopologyRunner(Options, _console, TimeProvider.System, appHost, new ControlOptions { Endpoint = control.Address, Token = "token" });
    }
}
