using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamSocial.AppHost.Control;
using StreamSocial.AppHost.Restarting;
using StreamSocial.Hosting.Kafka;

namespace StreamSocial.AppHost.Links;

/// <summary>Waits until what starts with the application is healthy, then prints one block of links. Says what it waits for meanwhile.</summary>
internal sealed partial class LinksPrinter(
    DistributedApplicationModel model,
    ResourceNotificationService notifications,
    ControlServer control,
    IConfiguration configuration,
    TimeProvider time,
    ILogger<LinksPrinter> logger) : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(10);

    private static readonly (string Resource, string Title, string Path)[] Shown =
    [
        ("dashboard", "Dashboard", ""),
        ("feed-generator-1", "Feeds", "/v1/feeds/{user}"),
        ("ingest", "Ingest", "/v1/actions"),
    ];

    /// <summary>Before the orchestrator starts, whose start ends only when everything runs: that is the time when there is something to wait for.</summary>
    public Task StartingAsync(CancellationToken cancellationToken) => base.StartAsync(cancellationToken);

    public override Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var awaited = model.Resources
            .Where(r => r is (ProjectResource or KafkaClusterResource) && !r.TryGetLastAnnotation<ExplicitStartupAnnotation>(out _) && !IsAwaitedToEnd(r))
            .ToDictionary(r => r.Name, r => WaitUntilHealthyAsync(r, stoppingToken));
        try
        {
            var all = Task.WhenAll(awaited.Values);
            while (await Task.WhenAny(all, Task.Delay(ProgressInterval, time, stoppingToken)) != all)
            {
                stoppingToken.ThrowIfCancellationRequested();
                Waiting(logger, string.Join(", ", awaited.Where(resource => !resource.Value.IsCompleted).Select(resource => resource.Key)));
            }

            await all;
            // Not logged: a log line is one line. In one call, so that no other resource's output comes between.
            await Console.Out.WriteAsync(Describe());
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped before everything was healthy.
        }
    }

    /// <summary>One that has done its work is not waited for: it may have ended before it was seen to be healthy.</summary>
    private async Task WaitUntilHealthyAsync(IResource resource, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await await Task.WhenAny(
                notifications.WaitForResourceHealthyAsync(resource.Name, WaitBehavior.WaitOnResourceUnavailable, stop.Token),
                notifications.WaitForResourceAsync(resource.Name, change => KnownServiceStates.HasFinished(resource, change.Snapshot), stop.Token));
        }
        finally
        {
            await stop.CancelAsync();
        }
    }

    private bool IsAwaitedToEnd(IResource resource) => model.Resources
        .SelectMany(r => r.Annotations.OfType<WaitAnnotation>())
        .Any(w => w.WaitType == WaitType.WaitForCompletion && w.Resource == resource);

    private string Describe() => $"{Environment.NewLine}Everything is healthy:{Environment.NewLine}" + string.Concat(Shown
        .Select(shown => (shown.Title, Url: UrlOf(shown.Resource) is { } url ? url + (shown.Resource == "dashboard" ? Fragment() : shown.Path) : null))
        .Append((Title: "Aspire dashboard", Url: AspireDashboard()))
        .Append((Title: "Control", Url: new Uri(control.Address, "/v1/resources").ToString()))
        .Append((Title: "Control token", Url: control.Token.Value))
        .Where(link => link.Url is not null)
        .Select(link => $"    {link.Title,-17} {link.Url}{Environment.NewLine}")) + Environment.NewLine;

    /// <summary>What the link to the dashboard ends with, so that its buttons work.</summary>
    private string Fragment() => $"/#token={(configuration["Dashboard:ControlToken"] is { Length: > 0 } own ? own : control.Token.Value)}";

    /// <summary>The page with its login; null where it is not started.</summary>
    private string? AspireDashboard()
    {
        if (model.Resources.All(resource => resource.Name != "aspire-dashboard") || configuration["ASPNETCORE_URLS"]?.Split(';')[0] is not { Length: > 0 } page)
            return null;
        return configuration["AppHost:BrowserToken"] is { Length: > 0 } token ? $"{page}/login?t={token}" : page;
    }

    private string? UrlOf(string resourceName) =>
        model.Resources.OfType<IResourceWithEndpoints>().FirstOrDefault(resource => resource.Name == resourceName)?.GetEndpoint("http").Url;

    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting for {Resources}")]
    private static partial void Waiting(ILogger logger, string resources);
}

internal static class LinksExtensions
{
    /// <summary>Prints where everything is, once everything is healthy.</summary>
    public static void AddLinks(this IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsRunMode)
            builder.Services.AddHostedService<LinksPrinter>();
    }
}
