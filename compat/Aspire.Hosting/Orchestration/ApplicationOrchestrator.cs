using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>Starts all resources, each when what it waits for is there, and stops them in the opposite order.</summary>
internal sealed partial class ApplicationOrchestrator(
    DistributedApplicationModel model,
    ResourceRunners runners,
    EndpointAllocator endpoints,
    ResourceNotificationService notifications,
    ResourceLoggerService resourceLoggers,
    IServiceProvider services) : IHostedService
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _initialized = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        endpoints.Allocate(model.Resources);
        runners.AddCommands();
        foreach (var resource in model.Resources)
        {
            await notifications.PublishUpdateAsync(resource, snapshot => snapshot with
            {
                State = snapshot.State ?? KnownResourceStates.NotStarted,
                Urls = ResourceUrls.Of(resource),
            });
        }

        _initialized = Task.WhenAll(model.Resources.Where(r => r is not (ExecutableResource or ProjectResource)).Select(r => InitializeAsync(r, _stopping.Token)));
        await Task.WhenAll(runners.All
            .Where(r => !r.Resource.TryGetLastAnnotation<ExplicitStartupAnnotation>(out _))
            .Select(r => r.StartAsync(cancellationToken)));
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await runners.StopAsync(cancellationToken);
        await _stopping.CancelAsync();
        await _initialized;
        _stopping.Dispose();
    }

    private async Task InitializeAsync(IResource resource, CancellationToken cancellationToken)
    {
        var eventing = (IDistributedApplicationEventing)services.GetService(typeof(IDistributedApplicationEventing))!;
        try
        {
            await eventing.PublishAsync(new InitializeResourceEvent(resource, eventing, resourceLoggers, notifications, services), cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The application stops while a resource still waits.
        }
        catch (Exception e)
        {
            FailedToInitialize(resourceLoggers.GetLogger(resource), e, resource.Name);
            await notifications.PublishUpdateAsync(resource, snapshot => snapshot with { State = KnownResourceStates.FailedToStart });
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Resource} did not start")]
    private static partial void FailedToInitialize(ILogger logger, Exception exception, string resource);
}
