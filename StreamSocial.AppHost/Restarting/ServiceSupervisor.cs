using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Polly.Registry;
using StreamSocial.Hosting.Kafka;
using StreamSocial.Hosting.Kafka.Sources;

namespace StreamSocial.AppHost.Restarting;

/// <summary>Starts a service, or a broker process, again that ended without being asked, with growing pauses. One that was stopped stays stopped.</summary>
internal sealed partial class ServiceSupervisor(
    DistributedApplicationModel model,
    ResourceNotificationService notifications,
    ResourceCommandService commands,
    ResiliencePipelineProvider<string> pipelines,
    TimeProvider time,
    ILogger<ServiceSupervisor> logger) : IHostedLifecycleService, IAsyncDisposable
{
    /// <summary>Name of the Polly pipeline whose retries are the restarts.</summary>
    public const string PipelineName = "service-restarts";

    /// <summary>Ends in a row after which it is said that this is a crash loop.</summary>
    private const int CrashLoop = 5;

    /// <summary>A service that ran for so long has recovered: its next end counts as the first one.</summary>
    private static readonly TimeSpan RecoveredAfter = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Time in which services may end by themselves when the application stops and its brokers with it. Nobody is left to take over from them, and a feed generator's
    /// last checkpoints can take cold brokers longer.
    /// </summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(3);

    /// <summary>The same where the brokers stay: shorter than the host waits for its own services.</summary>
    private static readonly TimeSpan StopTimeoutWithBrokers = TimeSpan.FromSeconds(25);

    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _supervised = Task.CompletedTask;

    /// <summary>Before the orchestrator starts: it returns from that when what others wait for is up, and what ended before would never be.</summary>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _supervised = Task.WhenAll(BrokersOf(model).Concat<IResource>(Services).Select(service => SuperviseFromFirstRunAsync(new SupervisedService(service), _stopping.Token)));
        return Task.CompletedTask;
    }

    /// <summary>The orchestrator has started.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _started.TrySetResult();
        return Task.CompletedTask;
    }

    /// <summary>
    /// Before anything else stops: services end while their brokers are still there to take what they have to say. One that takes longer is killed, since without its
    /// brokers it would not end by itself; that costs what a crash costs.
    /// </summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        var brokersStay = model.Resources.OfType<KafkaClusterResource>().Any(cluster => cluster.Source == KafkaSource.External);
        var timeout = brokersStay ? StopTimeoutWithBrokers : StopTimeout;
        await Task.WhenAll(Services.Where(IsRunning).Select(service => StopAsync(service, timeout, cancellationToken)));
    }

    private async Task StopAsync(ProjectResource service, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await commands.ExecuteCommandAsync(service, KnownResourceCommands.StopCommand, cancellationToken).WaitAsync(timeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            if (new ServiceProcess(service, notifications).TryKill())
                LogKilled(service.Name, timeout.TotalSeconds);
        }
    }

    /// <summary>The brokers that are processes. Aspire has executables of its own: its dashboard, and one that rebuilds each project.</summary>
    internal static IEnumerable<ExecutableResource> BrokersOf(DistributedApplicationModel model) =>
        model.Resources.OfType<KafkaClusterResource>().SelectMany(cluster => cluster.Brokers).OfType<ExecutableResource>();

    public Task StopAsync(CancellationToken cancellationToken) => _supervised.WaitAsync(cancellationToken);

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _supervised;
    }

    private IEnumerable<ProjectResource> Services => model.Resources.OfType<ProjectResource>().Where(service => !EndsByItself(service));

    private bool IsRunning(IResource service) => notifications.TryGetCurrentState(service.Name, out var current) && IsUp(current.Snapshot);

    private bool IsUpOrWaiting(SupervisedService service) =>
        service.IsWaiting || (notifications.TryGetCurrentState(service.Name, out var current) && KnownServiceStates.IsUpOrWaiting(current.Snapshot.State?.Text));

    /// <summary>Others wait for its end, so that end is no failure.</summary>
    private bool EndsByItself(IResource service) => model.Resources
        .SelectMany(other => other.Annotations.OfType<WaitAnnotation>())
        .Any(wait => wait.WaitType == WaitType.WaitForCompletion && wait.Resource == service);

    /// <summary>
    /// A resource has its commands when it runs, and one that nothing starts at first when the orchestrator has started. A service whose first start failed is left as it
    /// is: what it needs, such as the topics, may not be had at all.
    /// </summary>
    private async Task SuperviseFromFirstRunAsync(SupervisedService service, CancellationToken cancellationToken)
    {
        try
        {
            await await Task.WhenAny(WaitAsync(service, service.Resource is ProjectResource ? HasRun : IsUp, cancellationToken), _started.Task.WaitAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }

        await SuperviseAsync(service, cancellationToken);
    }

    private async Task SuperviseAsync(SupervisedService service, CancellationToken cancellationToken)
    {
        ServiceCommands.Observe(service);
        var shown = ShowStateAsync(service, cancellationToken);
        try
        {
            // It was up before its supervisor looked, and may have ended since.
            if (notifications.TryGetCurrentState(service.Name, out var first) && HasRun(first.Snapshot))
                service.BeginRun();
            else if (service.StartsOnDemand)
                await service.ShowAsync(notifications, KnownServiceStates.WaitingForLoad);
            while (true)
            {
                service.Ends = 0;
                await pipelines.GetPipeline(PipelineName).ExecuteAsync(
                    static (state, stop) => state.Supervisor.RunAsync(state.Service, stop), (Supervisor: this, Service: service), cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The application stops, and all services with it.
        }

        await shown;
    }

    /// <summary>Sees one run of a service to its end. Returns when it was stopped, has done its work, or has recovered from earlier ends.</summary>
    /// <exception cref="ServiceEndedException">It ended without being asked; each throw is one restart.</exception>
    private async ValueTask RunAsync(SupervisedService service, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            // One that has recovered goes on with its run, and its end may have been asked for already.
            var end = service.IsRunning ? WaitAsync(service, service.HasEndedAnew, stop.Token) : await BeginRunAsync(service, stop.Token);
            await WaitForEndAsync(service, end, cancellationToken);
        }
        finally
        {
            await stop.CancelAsync();
        }
    }

    /// <summary>Waits until a service is up, and starts it if it ended without being asked.</summary>
    /// <param name="service">The service.</param>
    /// <param name="cancellationToken">Ends the wait, and that for its end.</param>
    /// <returns>Its end, which may have come already.</returns>
    /// <exception cref="ServiceEndedException">It could not be started.</exception>
    private async Task<Task<ResourceEvent>> BeginRunAsync(SupervisedService service, CancellationToken cancellationToken)
    {
        var up = WaitAsync(service, IsUp, cancellationToken);
        if (service.Ends == 0 || service.IsStopRequested)
        {
            await up;
            service.BeginRun();
            return WaitAsync(service, service.HasEndedAnew, cancellationToken);
        }

        // From before the start on: it may have failed, or its process may have ended, before the command returns, and then another state is shown.
        var end = WaitAsync(service, service.HasEndedAnew, cancellationToken);
        // Somebody may have started it during the pause: a start would end that process.
        if (!IsUpOrWaiting(service))
            await StartAsync(service, cancellationToken);
        await await Task.WhenAny(up, end);
        if (!end.IsCompleted)
            service.BeginRun();
        return end;
    }

    /// <summary>Waits for the end of a run. Returns when that was asked for, when the service has done its work, or when it has recovered.</summary>
    /// <exception cref="ServiceEndedException">It ended without being asked.</exception>
    private async ValueTask WaitForEndAsync(SupervisedService service, Task<ResourceEvent> ending, CancellationToken cancellationToken)
    {
        using var recovered = new CancellationTokenSource(service.Ends > 0 ? RecoveredAfter : Timeout.InfiniteTimeSpan, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, recovered.Token);
        ResourceEvent end;
        try
        {
            end = await ending.WaitAsync(stop.Token);
        }
        catch (OperationCanceledException) when (recovered.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return;
        }

        service.EndRun(end.Snapshot);
        if (service.IsStopRequested)
        {
            if (service.IsReplica)
                await service.ShowAsync(notifications, KnownServiceStates.WaitingForLoad);
            return;
        }

        // It has nothing left to do.
        if (KnownServiceStates.HasFinished(service.Resource, end.Snapshot))
            return;

        service.Ends++;
        await service.ShowAsync(notifications, KnownServiceStates.Restarting(service.Ends));
        if (service.Ends < CrashLoop)
            LogEnded(service.Name, end.Snapshot.ExitCode);
        else if (service.Ends == CrashLoop)
            LogCrashLoop(service.Name, service.Ends, end.Snapshot.ExitCode);
        throw new ServiceEndedException(service.Name);
    }

    private async Task StartAsync(SupervisedService service, CancellationToken cancellationToken)
    {
        var result = await commands.ExecuteCommandAsync(service.Resource, KnownResourceCommands.StartCommand, cancellationToken);
        if (result.Success || cancellationToken.IsCancellationRequested || service.IsStopRequested || IsUpOrWaiting(service))
            return;
        LogNotStarted(service.Name, result.Message);
        throw new ServiceEndedException(service.Name);
    }

    private Task<ResourceEvent> WaitAsync(SupervisedService service, Func<CustomResourceSnapshot, bool> condition, CancellationToken cancellationToken) =>
        notifications.WaitForResourceAsync(service.Name, resource => condition(resource.Snapshot), cancellationToken);

    /// <summary>Shows a service's state again whenever the orchestrator reports once more that the process has ended.</summary>
    private async Task ShowStateAsync(SupervisedService service, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in notifications.WatchAsync(cancellationToken))
            {
                if (change.Resource == service.Resource && !KnownServiceStates.IsUpOrWaiting(change.Snapshot.State?.Text))
                    await service.ShowAgainAsync(notifications, change.Snapshot);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The application stops.
        }
    }

    private static bool IsUp(CustomResourceSnapshot snapshot) => KnownServiceStates.IsUp(snapshot.State?.Text);

    private static bool HasRun(CustomResourceSnapshot snapshot) => snapshot.State?.Text is { } state
        && (state == KnownResourceStates.Running || (state != KnownResourceStates.FailedToStart && KnownResourceStates.TerminalStates.Contains(state)));

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Service} ended with exit code {ExitCode}; it is started again")]
    private partial void LogEnded(string service, int? exitCode);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Service} has ended {Ends} times in a row, the last time with exit code {ExitCode}; its console log says why. It is started again every half minute without another message")]
    private partial void LogCrashLoop(string service, int ends, int? exitCode);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Service} did not end within {Seconds} s and was killed; what was acknowledged is kept")]
    private partial void LogKilled(string service, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Service} could not be started again: {Error}")]
    private partial void LogNotStarted(string service, string? error);
}

/// <summary>A service ended without being asked.</summary>
internal sealed class ServiceEndedException(string service) : Exception($"{service} ended without being asked.");
