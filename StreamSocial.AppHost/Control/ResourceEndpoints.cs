using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace StreamSocial.AppHost.Control;

/// <summary><c>GET /v1/resources</c>, and <c>POST /v1/resources/{name}/commands/{start|stop|restart}</c>.</summary>
internal static class ResourceEndpoints
{
    public static void MapResources(this IEndpointRouteBuilder app, IServiceProvider services)
    {
        var model = services.GetRequiredService<DistributedApplicationModel>();
        var notifications = services.GetRequiredService<ResourceNotificationService>();
        var commands = services.GetRequiredService<ResourceCommandService>();
        app.MapGet("/v1/resources", () => model.Resources.Select(resource => ResourceDocument.Of(resource, notifications)));
        app.MapPost("/v1/resources/{name}/commands/{command}", (string name, string command, CancellationToken cancellationToken) =>
            ExecuteAsync(model, commands, name, command, cancellationToken));
    }

    private static async Task<IResult> ExecuteAsync(
        DistributedApplicationModel model, ResourceCommandService commands, string name, string command, CancellationToken cancellationToken)
    {
        var resource = model.Resources.SingleOrDefault(r => r.Name == name);
        if (resource is null)
            return Results.Problem($"There is no resource '{name}'.", statusCode: StatusCodes.Status404NotFound);

        var known = new[] { KnownResourceCommands.StartCommand, KnownResourceCommands.StopCommand, KnownResourceCommands.RestartCommand };
        if (!known.Contains(command))
            return Results.Problem($"There is no command '{command}'; use {string.Join(", ", known)}.", statusCode: StatusCodes.Status400BadRequest);

        var result = await commands.ExecuteCommandAsync(resource, command, cancellationToken);
        return result.Success ? Results.NoContent() : Results.Problem(result.Message, statusCode: StatusCodes.Status409Conflict);
    }
}
