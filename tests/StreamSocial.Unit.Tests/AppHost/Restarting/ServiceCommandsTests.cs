using System.Diagnostics;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.AppHost.Restarting;

namespace StreamSocial.Unit.Tests.AppHost.Restarting;

public sealed class ServiceCommandsTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SupervisedService _service = new(new ProjectResource("service"));
    private readonly DistributedApplication _application = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true }).Build();

    private ResourceNotificationService Notifications => _application.Services.GetRequiredService<ResourceNotificationService>();

    private string? State => Notifications.TryGetCurrentState(_service.Name, out var current) ? current.Snapshot.State?.Text : null;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    /// <summary>Aspire starts only what was running when it was asked.</summary>
    [Fact]
    public async Task Rebuild_RunningService_IsStillRunningWhenAspireLooks()
    {
        using var process = Process.Start(new ProcessStartInfo("sleep", "100"))!;
        try
        {
            bool? ran = null;
            Observe((KnownResourceCommands.RebuildCommand, _ =>
            {
                ran = !process.HasExited;
                return Task.FromResult(CommandResults.Success());
            }));
            await PublishAsync(KnownResourceStates.Running, process.Id);
            // As the orchestrator does when the process ends.
            process.EnableRaisingEvents = true;
            process.Exited += (_, _) => _ = PublishAsync(KnownResourceStates.Exited);

            await ExecuteAsync(KnownResourceCommands.RebuildCommand);

            Assert.True(ran, "The process had ended before Aspire's command.");
            Assert.True(_service.IsStopRequested);
        }
        finally
        {
            process.Kill();
        }
    }

    /// <summary>Aspire's own command ends the process.</summary>
    [Theory]
    [InlineData("Running")]
    [InlineData("Starting")]
    public async Task Start_RunningService_IsRefused(string state)
    {
        Observe((KnownResourceCommands.StartCommand, _ => throw new InvalidOperationException("It was started.")));
        await PublishAsync(state);

        var result = await ExecuteAsync(KnownResourceCommands.StartCommand);

        Assert.Equal((false, "service already runs."), (result.Success, result.Message));
    }

    [Fact]
    public async Task Start_AnotherStartIsUnderWay_IsRefused()
    {
        var begun = new TaskCompletionSource<ExecuteCommandResult>();
        Observe((KnownResourceCommands.StartCommand, _ => begun.Task));
        await PublishAsync("Restarting (1)");
        var first = ExecuteAsync(KnownResourceCommands.StartCommand);

        Assert.Equal("service is being started already.", (await ExecuteAsync(KnownResourceCommands.StartCommand)).Message);

        begun.SetResult(CommandResults.Success());
        Assert.True((await first).Success);
        Assert.True((await ExecuteAsync(KnownResourceCommands.StartCommand)).Success);
    }

    /// <summary>The orchestrator may tell once more of the end of the process before.</summary>
    [Fact]
    public async Task Start_WhatItNeedsIsNotThere_WaitsWhateverIsShown()
    {
        string? startedAt = null;
        Observe((KnownResourceCommands.StartCommand, _ =>
        {
            startedAt = State;
            return Task.FromResult(CommandResults.Success());
        }));
        var topics = WaitForTopics();
        var start = ExecuteAsync(KnownResourceCommands.StartCommand);
        await Notifications.WaitForResourceAsync(_service.Name, KnownResourceStates.Waiting, TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        await PublishAsync(KnownResourceStates.Finished);
        await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.Null(startedAt);
        await PublishAsync(KnownResourceStates.Waiting);

        await Notifications.PublishUpdateAsync(topics, snapshot => snapshot with { State = KnownResourceStates.Finished, ExitCode = 0 });

        Assert.True((await start.WaitAsync(Patience, TestContext.Current.CancellationToken)).Success);
        // Aspire starts nothing that it believes to wait.
        Assert.Equal(KnownResourceStates.Starting, startedAt);
    }

    [Fact]
    public async Task Stop_WhileItsStartWaits_EndsThatStart()
    {
        Observe(
            (KnownResourceCommands.StartCommand, _ => throw new InvalidOperationException("It was started.")),
            (KnownResourceCommands.StopCommand, _ => throw new InvalidOperationException("There is nothing to stop.")));
        WaitForTopics();
        await _service.ShowAsync(Notifications, KnownServiceStates.Restarting(1));
        var start = ExecuteAsync(KnownResourceCommands.StartCommand);
        await Notifications.WaitForResourceAsync(_service.Name, KnownResourceStates.Waiting, TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);

        var stopped = await ExecuteAsync(KnownResourceCommands.StopCommand);

        Assert.Equal((true, "service is not started again."), (stopped.Success, stopped.Message));
        var started = await start.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal((false, "service was stopped before it had started."), (started.Success, started.Message));
        Assert.True(_service.IsStopRequested);
        Assert.Equal(KnownResourceStates.Exited, State);
    }

    /// <summary>Somebody may start it again at once.</summary>
    [Fact]
    public async Task EndWait_StartThatEndsSlowly_ReturnsWhenTheNextMayBegin()
    {
        var rest = new TaskCompletionSource();
        var start = _service.StartAsync(
            async stop =>
            {
                await Task.WhenAny(Task.Delay(Timeout.Infinite, stop));
                await rest.Task;
                stop.ThrowIfCancellationRequested();
            },
            _ => throw new InvalidOperationException("It was started."),
            TestContext.Current.CancellationToken);
        var ended = _service.EndWaitAsync();
        Assert.False(ended.IsCompleted);

        rest.SetResult();

        Assert.True(await ended.WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.False((await start).Success);
        Assert.True((await _service.StartAsync(_ => Task.CompletedTask, _ => Task.FromResult(CommandResults.Success()), TestContext.Current.CancellationToken)).Success);
    }

    [Fact]
    public async Task Restart_WhileItsStartWaits_LetsItWait()
    {
        Observe(
            (KnownResourceCommands.StartCommand, _ => throw new InvalidOperationException("It was started.")),
            (KnownResourceCommands.RestartCommand, _ => throw new InvalidOperationException("There is nothing to stop.")));
        WaitForTopics();
        var start = ExecuteAsync(KnownResourceCommands.StartCommand);
        await Notifications.WaitForResourceAsync(_service.Name, KnownResourceStates.Waiting, TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.True((await ExecuteAsync(KnownResourceCommands.RestartCommand)).Success);

        Assert.False(_service.IsStopRequested);
        Assert.False(start.IsCompleted);
        Assert.True(await _service.EndWaitAsync());
        Assert.False((await start.WaitAsync(Patience, TestContext.Current.CancellationToken)).Success);
    }

    private ContainerResource WaitForTopics()
    {
        var topics = new ContainerResource("topics");
        _service.Resource.Annotations.Add(new WaitAnnotation(topics, WaitType.WaitForCompletion));
        return topics;
    }

    private void Observe(params (string Name, Func<ExecuteCommandContext, Task<ExecuteCommandResult>> Execute)[] commands)
    {
        foreach (var (name, execute) in commands)
            _service.Resource.Annotations.Add(new ResourceCommandAnnotation(name, name, _ => ResourceCommandState.Enabled, execute, null, null, null, null, null, false));
        ServiceCommands.Observe(_service);
    }

    private Task PublishAsync(string state, int? process = null) => Notifications.PublishUpdateAsync(_service.Resource, snapshot => snapshot with
    {
        State = state,
        Properties = process is { } id ? [new ResourcePropertySnapshot("executable.pid", id)] : snapshot.Properties,
    });

    private Task<ExecuteCommandResult> ExecuteAsync(string name) =>
        _service.Resource.Annotations.OfType<ResourceCommandAnnotation>().Single(command => command.Name == name).ExecuteCommand(new ExecuteCommandContext
        {
            Services = _application.Services,
            ResourceName = _service.Name,
            CancellationToken = TestContext.Current.CancellationToken,
            Logger = NullLogger.Instance,
            Arguments = new InteractionInputCollection([]),
        });
}
