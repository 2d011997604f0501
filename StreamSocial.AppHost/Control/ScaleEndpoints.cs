using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StreamSocial.AppHost.Scaling;
using StreamSocial.Control;
using StreamSocial.ServiceDefaults.Control;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.AppHost.Control;

/// <summary><c>GET</c> and <c>PUT /v1/scale</c>, in the shape of Kubernetes' scale subresource.</summary>
internal static class ScaleEndpoints
{
    public static void MapScale(this IEndpointRouteBuilder app, ReplicaScaler scaler)
    {
        app.MapGet("/v1/scale", () => Describe(scaler)).WithName("GetScale").WithSummary("How many feed generators are wanted, run and are ready")
            .WithProblems(ControlAccess.ForeignHost);
        app.MapPut("/v1/scale", (JsonBody<ScaleSpec> body, HttpRequest request) => Scale(scaler, body.Value, request.PathBase))
            .RequireControlToken()
            .WithName("SetScale")
            .WithSummary("Asks for a number of feed generators; needs the control token")
            .Produces<ScaleDocument>(StatusCodes.Status202Accepted);
    }

    private static IResult Scale(ReplicaScaler scaler, ScaleSpec request, PathString pathBase)
    {
        var options = scaler.Options;
        if (request.Replicas < options.Minimum || request.Replicas > options.Maximum)
        {
            return ApiProblems.InvalidFields(
                new Dictionary<string, string[]> { ["replicas"] = [$"must be from {options.Minimum} to {options.Maximum}"] },
                $"replicas is {request.Replicas}; ask for {options.Minimum} to {options.Maximum}.");
        }

        scaler.Scale(request.Replicas);
        return Results.Accepted(pathBase + "/v1/scale", Describe(scaler));
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
