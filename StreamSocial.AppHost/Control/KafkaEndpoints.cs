using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using StreamSocial.Control;
using StreamSocial.Hosting.Kafka;
using StreamSocial.ServiceDefaults.Control;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.AppHost.Control;

/// <summary><c>GET /v1/kafka</c>: where the brokers are, for tools beside the application. Waits until they have addresses.</summary>
internal static class KafkaEndpoints
{
    public static void MapKafka(this IEndpointRouteBuilder app, DistributedApplicationModel model)
    {
        var kafka = model.Resources.OfType<KafkaClusterResource>().Single();
        app.MapGet("/v1/kafka", async (CancellationToken cancellationToken) =>
            new KafkaDocument(await kafka.ConnectionStringExpression.GetValueAsync(cancellationToken)))
            .WithName("GetKafka")
            .WithSummary("The brokers' addresses")
            .WithProblems(ControlAccess.ForeignHost);
    }
}
