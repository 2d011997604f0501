using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamSocial.AppHost.Control;

namespace StreamSocial.AppHost.Links;

/// <summary>Waits until what starts with the application is healthy, then prints one block of links.</summary>
internal sealed partial class LinksPrinter(
    DistributedApplicationModel model,
    ResourceNotificationService notifications,
    ControlServer control,
    ILogger<LinksPrinter> logger) : BackgroundService
{
    private static readonly (string Resource, string Title, string Path)[] Shown =
    [
        ("dashboard", "Dashboard", ""),
        ("feed-generator-1", "Feeds", "/v1/feeds/{user}"),
        ("ingest", "Ingest", "/v1/actions"),
        ("aspire-dashboard", "Aspire dashboard", ""),
    ];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var awaited = model.Resources
            .Where(r => r is ProjectResource && !r.TryGetLastAnnotation<ExplicitStartupAnnotation>(out _) && !IsAwaitedToEnd(r))
            .Select(r => notifications.WaitForResourceHealthyAsync(r.Name, WaitBehavior.StopOnResourceUnavailable, stoppingToken));
        try
        {
            await Task.WhenAll(awaited);
            // Not logged: a log line is one line. In one call, so that no other resource's output comes between.
            await Console.Out.WriteAsync(Describe());
        }
        catch (DistributedApplicationException e)
        {
            Unhealthy(logger, e.Message);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped before everything was healthy.
        }
    }

    private bool IsAwaitedToEnd(IResource resource) => model.Resources
        .SelectMany(r => r.Annotations.OfType<WaitAnnotation>())
        .Any(w => w.WaitType == WaitType.WaitForCompletion && w.Resource == resource);

    private string Describe() => $"{Environment.NewLine}Everything is healthy:{Environment.NewLine}" + string.Concat(Shown
        .Select(shown => (shown.Title, Url: UrlOf(shown.Resource) is { } url ? url + shown.Path : null))
        .Append((Title: "Control", Url: new Uri(control.Address, "/v1/resources").ToString()))
        .Where(link => link.Url is not null)
        .Select(link => $"    {link.Title,-17} {link.Url}{Environment.NewLine}")) + Environment.NewLine;

    private string? UrlOf(string resourceName) => notifications.TryGetCurrentState(resourceName, out var current)
        ? current.Snapshot.Urls.FirstOrDefault(url => !url.IsInternal)?.Url.TrimEnd('/')
        : null;

    [LoggerMessage(Level = LogLevel.Error, Message = "Not everything became healthy: {Reason}")]
    private static partial void Unhealthy(ILogger logger, string reason);
}
