using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using StreamSocial.Control;

namespace StreamSocial.AppHost.Control;

/// <summary><c>GET /v1/kafka</c>: where the brokers are, for tools beside the application. Waits until they have addresses.</summary>
internal static class KafkaEndpoints
{
    public static void MapKafka(this IEndpointRouteBuilder app, IServiceProvider services)
    {
        var kafka = services.GetRequiredService<DistributedApplicationModel>().Resources
            .OfType<IResourceWithConnectionString>()
            .Single(resource => resource.Name == "kafka");
        app.MapGet("/v1/kafka", async (CancellationToken cancellationToken) =>
            new KafkaDocument(await kafka.GetConnectionStringAsync(cancellationToken)));
    }
}
