using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace StreamSocial.AppHost.Scaling;

/// <summary>Shows the number of replicas as the state of their parent, and its links.</summary>
internal sealed class ReplicaCountPublisher(
    FeedGeneratorsResource parent, ReplicaScaler scaler, ResourceNotificationService notifications, IConfiguration configuration) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var links = PublishLinksAsync(stoppingToken);
        try
        {
            var shown = "";
            await foreach (var change in notifications.WatchAsync(stoppingToken))
            {
                if (change.Resource == parent || Describe() is var text && text == shown)
                    continue;
                shown = Describe();
                await notifications.PublishUpdateAsync(parent, snapshot => snapshot with { State = new ResourceStateSnapshot(shown, KnownResourceStateStyles.Success) });
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The application stops.
        }

        await links;
    }

    private string Describe()
    {
        var replicas = scaler.Replicas;
        return string.Create(CultureInfo.InvariantCulture, $"{replicas.Count(replica => replica.Ready)} of {scaler.Wanted} ready");
    }

    private async Task PublishLinksAsync(CancellationToken cancellationToken)
    {
        try
        {
            var urls = await Task.WhenAll(parent.Links.Select(async link =>
                new UrlSnapshot(link.Text, await link.Endpoint.GetValueAsync(cancellationToken) + link.Path, IsInternal: false) { DisplayProperties = new(link.Text, 0) }));
            if (configuration["ASPNETCORE_URLS"]?.Split(';')[0] is { Length: > 0 } page)
                urls = [.. urls, new UrlSnapshot("Traces", $"{page}/traces", IsInternal: false) { DisplayProperties = new("Traces", 0) }];
            await notifications.PublishUpdateAsync(parent, snapshot => snapshot with { Urls = [.. urls] });
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The application stops before its services have addresses.
        }
    }
}
