using Microsoft.Extensions.Hosting;

namespace StreamSocial.AppHost.Control;

/// <summary>
/// Starts the control server before the orchestrator starts: that one's start ends only when every resource runs, and a resource that stays unhealthy is
/// just when the control server is needed.
/// </summary>
internal sealed class ControlServerLifetime(ControlServer server, IServiceProvider services) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => server.StartAsync(services, cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
