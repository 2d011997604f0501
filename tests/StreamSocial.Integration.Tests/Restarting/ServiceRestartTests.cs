using System.Diagnostics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using StreamSocial.Integration.Tests.Topology;

namespace StreamSocial.Integration.Tests.Restarting;

/// <summary>Services that end without being asked come back; what a user stops stays stopped; replicas and brokers are commanded as on the Aspire dashboard.</summary>
public sealed class ServiceRestartTests(CommandedTopology fixture) : IClassFixture<CommandedTopology>
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    private RunningTopology Topology => fixture.Topology;

    [Fact]
    public async Task Service_Killed_IsStartedAgainAndItsEndIsCounted()
    {
        var restarting = StateAsync("ingest", state => state == "Restarting (1)");
        var before = Kill("ingest");
        await restarting;
        await Topology.HealthyAgainAsync("ingest", butNot: before);
        await Topology.PostAsync(new { type = "post", userId = "killed", contentId = "k1", text = "back" });
    }

    [Fact]
    public async Task Service_Stopped_StaysStoppedWhileAnotherIsStartedAgain()
    {
        var stopped = Topology.ProcessIdOf("ingest");
        await ExecuteAsync("ingest", KnownResourceCommands.StopCommand);
        await StateAsync("ingest", KnownResourceStates.TerminalStates.Contains);
        var killed = Kill("feed-generator-1");
        await Topology.HealthyAgainAsync("feed-generator-1", butNot: killed);
        Assert.Contains(StateOf("ingest"), KnownResourceStates.TerminalStates);

        await ExecuteAsync("ingest", KnownResourceCommands.StartCommand);
        await Topology.HealthyAgainAsync("ingest", butNot: stopped);
    }

    /// <summary>Started without its brokers it would end again and again.</summary>
    [Fact]
    public async Task Service_KilledWithoutBrokers_WaitsForThem()
    {
        string[] brokers = ["kafka-1", "kafka-2", "kafka-3"];
        await Task.WhenAll(brokers.Select(broker => ExecuteAsync(broker, KnownResourceCommands.StopCommand)));
        int before;
        Task start;
        try
        {
            await WaitAsync("kafka", change => change.Snapshot.HealthStatus == HealthStatus.Unhealthy);
            before = Kill("feed-generator-1");
            await StateAsync("feed-generator-1", state => state == KnownResourceStates.Waiting);
            await StaysAsync("feed-generator-1", KnownResourceStates.Waiting);

            await ExecuteAsync("feed-generator-1", KnownResourceCommands.StopCommand);
            await StateAsync("feed-generator-1", state => state == "Waiting for load");
            start = ExecuteAsync("feed-generator-1", KnownResourceCommands.StartCommand);
            await StateAsync("feed-generator-1", state => state == KnownResourceStates.Waiting);
            await StaysAsync("feed-generator-1", KnownResourceStates.Waiting);
        }
        finally
        {
            await Task.WhenAll(brokers.Select(broker => ExecuteAsync(broker, KnownResourceCommands.StartCommand)));
        }

        await start;
        await Topology.HealthyAgainAsync("feed-generator-1", butNot: before);
    }

    /// <summary>Aspire's own start ends the process first.</summary>
    [Fact]
    public async Task Service_StartedWhileItRuns_GoesOnRunning()
    {
        await Topology.HealthyAsync("feed-generator-1");
        var before = Topology.ProcessIdOf("feed-generator-1");
        var refused = await Topology.Commands.ExecuteCommandAsync("feed-generator-1", KnownResourceCommands.StartCommand, Token);
        Assert.Equal((false, "feed-generator-1 already runs."), (refused.Success, refused.Message));
        await StaysAsync("feed-generator-1", KnownResourceStates.Running);
        Assert.Equal(before, Topology.ProcessIdOf("feed-generator-1"));
    }

    [Fact]
    public async Task ScaleCommands_OutAndIn_StartAReplicaAndLetItWait()
    {
        await StateAsync("feed-generator-2", state => state == "Waiting for load");
        await ExecuteAsync("feed-generators", "scale-out");
        await Topology.HealthyAsync("feed-generator-2");
        await StateAsync("feed-generators", state => state == "2 of 2 ready");

        await ExecuteAsync("feed-generators", "scale-in");
        await StateAsync("feed-generator-2", state => state == "Waiting for load");
        var refused = await Topology.Commands.ExecuteCommandAsync("feed-generators", "scale-in", Token);
        Assert.Equal((false, "0 is out of range: ask for 1 to 3 replicas."), (refused.Success, refused.Message));
    }

    [Fact]
    public async Task Broker_StoppedAndStarted_ActionsFlowAgain()
    {
        await ExecuteAsync("kafka-2", KnownResourceCommands.StopCommand);
        await StateAsync("kafka-2", state => state == KnownResourceStates.Exited);
        await ExecuteAsync("kafka-2", KnownResourceCommands.StartCommand);
        await StateAsync("kafka-2", state => state == KnownResourceStates.Running);
        // With their own ids, so that a client may repeat what was not acknowledged, as the answer says.
        await Topology.PostUntilAcknowledgedAsync([.. Enumerable.Range(0, 60).Select(i => (object)new
        {
            actionId = Guid.CreateVersion7(), type = "post", userId = $"after-{i}", contentId = $"b{i}", text = "on every broker",
        })]);
    }

    private int Kill(string resource)
    {
        var pid = Topology.ProcessIdOf(resource);
        using var process = Process.GetProcessById(pid);
        process.Kill(entireProcessTree: true);
        return pid;
    }

    private async Task ExecuteAsync(string resource, string command)
    {
        var result = await Topology.Commands.ExecuteCommandAsync(resource, command, Token);
        Assert.True(result.Success, $"{command} of {resource}: {result.Message}");
    }

    private Task StateAsync(string resource, Func<string, bool> predicate) => WaitAsync(resource, change => change.Snapshot.State?.Text is { } state && predicate(state));

    private async Task WaitAsync(string resource, Func<ResourceEvent, bool> predicate)
    {
        try
        {
            await Topology.Notifications.WaitForResourceAsync(resource, predicate, Token).WaitAsync(TimeSpan.FromMinutes(2), Token);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{resource} is {StateOf(resource) ?? "unknown"} after 2 minutes");
        }
    }

    /// <summary>It keeps this state for longer than a start takes.</summary>
    private async Task StaysAsync(string resource, string expected)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        stop.CancelAfter(TimeSpan.FromSeconds(3));
        var left = Topology.Notifications.WaitForResourceAsync(resource, change => change.Snapshot.State?.Text != expected, stop.Token);
        await Task.WhenAny(left);
        Assert.False(left.IsCompletedSuccessfully, $"{resource} is {StateOf(resource)}");
    }

    private string? StateOf(string resource) => Topology.Notifications.TryGetCurrentState(resource, out var current) ? current.Snapshot.State?.Text : null;
}

/// <summary>A topology of one class, whose services it kills and commands.</summary>
public sealed class CommandedTopology : IAsyncLifetime
{
    private RunningTopology? _topology;

    internal RunningTopology Topology => _topology!;

    public async ValueTask InitializeAsync() => _topology = await RunningTopology.StartAsync(generators: 1, "--Kafka:Source=embedded", "--Dashboard:Enabled=false");

    public async ValueTask DisposeAsync()
    {
        if (_topology is not null)
            await _topology.DisposeAsync();
    }
}
