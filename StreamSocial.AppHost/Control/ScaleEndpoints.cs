using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StreamSocial.AppHost.Scaling;
using StreamSocial.Control;

namespace StreamSocial.AppHost.Control;

/// <summary><c>GET</c> and <c>PUT /v1/scale</c>, in the shape of Kubernetes' scale subresource.</summary>
internal static class ScaleEndpoints
{
    public static void MapScale(this IEndpointRouteBuilder app, ReplicaScaler scaler)
    {
        app.MapGet("/v1/scale", () => Describe(scaler)).WithName("GetScale").WithSummary("How many feed generators are wanted, run and are ready");
        app.MapPut("/v1/scale", (ScaleSpec request) => Scale(scaler, request))
            .WithName("SetScale")
            .WithSummary("Asks for a number of feed generators")
            .Produces<ScaleDocument>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest);
    }

    private static IResult Scale(ReplicaScaler scaler, ScaleSpec request)
    {
        var options = scaler.Options;
        if (request.Replicas < options.Minimum || request.Replicas > options.Maximum)
        {
            return Results.Problem(
                $"replicas is {request.Replicas}; ask for {options.Minimum} to {options.Maximum}.",
                title: "The number of replicas is out of range.",
                statusCode: StatusCodes.Status400BadRequest,
                extensions: new Dictionary<string, object?> { ["field"] = "replicas" });
        }

        scaler.Scale(request.Replicas);
        return Results.Accepted("/v1/scale", Describe(scaler));
    }

    private static ScaleDocument Describe(ReplicaScaler scaler)
    {
        var replicas = scaler.Replicas;
        return new ScaleDocument(
            new ScaleSpec(scaler.Wanted),
            new ScaleStatus(replicas.Count(r => r.Active), replicas.Count(r => r.Ready)),
            scaler.Options.Minimum,
            scaler.Options.Maximum);
    }
}
