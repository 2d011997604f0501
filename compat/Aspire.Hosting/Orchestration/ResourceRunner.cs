using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>Owns the process of one resource.</summary>
/// <remarks>
/// <code>
/// NotStarted ──start──► Waiting ──► Starting ──► Running ──stop──► Stopping ──► Finished
///                          │            │           └──────── ended by itself ─────▲
///                          └────────────┴──► FailedToStart          start: from any state at rest
/// </code>
/// </remarks>
internal sealed partial class ResourceRunner(IResource resource, IServiceProvider services, TimeProvider timeProvider) : IDisposable
{
    /// <summary>From SIGTERM to SIGKILL; above what the services themselves take to drain.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(25);

    private readonly ResourceNotificationService _notifications = services.GetRequiredService<ResourceNotificationService>();
    private readonly ILogger _logger = services.GetRequiredService<ResourceLoggerService>().GetLogger(resource);
    private readonly ResourceLines _lines = services.GetRequiredService<ResourceLoggerService>().LinesOf(resource.Name);
    private readonly SemaphoreSlim _gate = new(1);
    private CancellationTokenSource _startCancellation = new();
    private GuardedProcess? _process;
    private Task _exit = Task.CompletedTask;

    public IResource Resource { get; } = resource;

    /// <summary>Waits for the dependencies and starts the process; a failure becomes the state <c>FailedToStart</c>.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _startCancellation.Token);
        try
        {
            if (_process is null)
                await StartCoreAsync(linked.Token);
        }
        catch (OperationCanceledException) when (linked.IsCancellationRequested)
        {
            await PublishAsync(KnownResourceStates.NotStarted);
            cancellationToken.ThrowIfCancellationRequested();
        }
        catch (Exception e)
        {
            FailedToStart(_logger, e, Resource.Name);
            await PublishAsync(KnownResourceStates.FailedToStart);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Stops the process, or the wait for its start. Nothing happens when neither is on.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _startCancellation.CancelAsync();
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            _startCancellation.Dispose();
            _startCancellation = new CancellationTokenSource();
            if (_process is not { } process)
                return;

            await PublishAsync(KnownResourceStates.Stopping);
            await process.StopAsync(StopGrace, cancellationToken);
            await _exit;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await StopAsync(cancellationToken);
        await StartAsync(cancellationToken);
    }

    public void Dispose()
    {
        _startCancellation.Dispose();
        _process?.Dispose();
        _gate.Dispose();
    }

    private async Task StartCoreAsync(CancellationToken cancellationToken)
    {
        await PublishAsync(KnownResourceStates.Waiting);
        await services.GetRequiredService<IDistributedApplicationEventing>().PublishAsync(new BeforeResourceStartedEvent(Resource, services), cancellationToken);
        await _notifications.WaitForDependenciesAsync(Resource, cancellationToken);
        await PublishAsync(KnownResourceStates.Starting);
        var specification = await services.GetRequiredService<ProcessSpecificationFactory>().CreateAsync(Resource, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();

        var process = GuardedProcess.Start(specification, _lines.Add, timeProvider);
        _process = process;
        var now = timeProvider.GetUtcNow().UtcDateTime;
        await _notifications.PublishUpdateAsync(Resource, snapshot => snapshot with
        {
            State = KnownResourceStates.Running,
            StartTimeStamp = now,
            StopTimeStamp = null,
            ExitCode = null,
            HealthReports = [.. Resource.Annotations.OfType<HealthCheckAnnotation>().Select(h => new HealthReportSnapshot(h.Key, null, null, null))],
            Properties = snapshot.Properties.SetItem("executable.pid", process.Id).SetItem("executable.path", specification.Command),
        });
        _exit = ObserveExitAsync(process);
    }

    private async Task ObserveExitAsync(GuardedProcess process)
    {
        var exitCode = await process.Completion;
        _process = null;
        process.Dispose();
        var now = timeProvider.GetUtcNow().UtcDateTime;
        await _notifications.PublishUpdateAsync(Resource, snapshot => snapshot with
        {
            State = KnownResourceStates.Finished,
            StopTimeStamp = now,
            ExitCode = exitCode,
            HealthReports = [],
            Properties = snapshot.Properties.Without("executable.pid"),
        });
        Exited(_logger, exitCode);
    }

    private Task PublishAsync(string state) => _notifications.PublishUpdateAsync(Resource, snapshot => snapshot with { State = state, HealthReports = [] });

    [LoggerMessage(Level = LogLevel.Error, Message = "{Resource} did not start")]
    private static partial void FailedToStart(ILogger logger, Exception exception, string resource);

    [LoggerMessage(Level = LogLevel.Information, Message = "ended with exit code {ExitCode}")]
    private static partial void Exited(ILogger logger, int exitCode);
}
