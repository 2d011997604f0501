using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StreamSocial.AppHost.Restarting;
using StreamSocial.Control;
using StreamSocial.ServiceDefaults.Control;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.AppHost.Control;

/// <summary><c>GET /v1/resources</c>, and <c>POST /v1/resources/{name}/commands/{start|stop|restart}</c>.</summary>
internal static class ResourceEndpoints
{
    private static readonly ProblemKind NoSuchResource = new(404, "no_such_resource", "The application has no such resource.", "Take a name from `GET /v1/resources`.");
    private static readonly ProblemKind NoSuchCommand = new(400, "no_such_command", "Resources have no such command.", "Use start, stop or restart.");
    private static readonly ProblemKind CommandFailed = new(409, "command_failed", "The command failed, for example because the resource already runs.", "Look at the resource's state.");

    public static void MapResources(
        this IEndpointRouteBuilder app, DistributedApplicationModel model, ResourceNotificationService notifications, ResourceCommandService commands, CancellationToken stopping)
    {
        app.MapGet("/v1/resources", () => model.Resources.Where(IsShown).Select(resource => Describe(resource, notifications)))
            .WithName("GetResources")
            .WithSummary("All resources with their states; what is not known is null")
            .WithProblems(ControlAccess.ForeignHost);
        // Not cancelled by a client that goes away: half a restart is a stop.
        app.MapPost("/v1/resources/{name}/commands/{command}", (string name, string command) =>
            ExecuteAsync(model, commands, name, command, stopping))
            .RequireControlToken()
            .WithName("ExecuteCommand")
            .WithSummary("Starts, stops or restarts a resource; needs the control token")
            .Produces(StatusCodes.Status204NoContent)
            .WithProblems(ApiProblems.Invalid, NoSuchResource, NoSuchCommand, CommandFailed);
    }

    /// <summary>Not those that Aspire keeps to itself: a rebuilder for each project, the parameters.</summary>
    private static bool IsShown(IResource resource) => resource is not ParameterResource && !resource.Name.EndsWith("-rebuilder", StringComparison.Ordinal);

    private static async Task<IResult> ExecuteAsync(
        DistributedApplicationModel model, ResourceCommandService commands, string name, string command, CancellationToken cancellationToken)
    {
        var resource = model.Resources.SingleOrDefault(r => r.Name == name);
        if (resource is null)
            return NoSuchResource.Answer($"There is no resource '{name}'.");

        var known = new[] { KnownResourceCommands.StartCommand, KnownResourceCommands.StopCommand, KnownResourceCommands.RestartCommand };
        if (!known.Contains(command))
            return NoSuchCommand.Answer($"There is no command '{command}'; use {string.Join(", ", known)}.");

        var result = await commands.ExecuteCommandAsync(resource, command, cancellationToken);
        return result.Success ? Results.NoContent() : CommandFailed.Answer(result.Message);
    }

    /// <summary>A resource as its notifications describe it; what they do not say is null.</summary>
    private static ResourceDocument Describe(IResource resource, ResourceNotificationService notifications)
    {
        if (!notifications.TryGetCurrentState(resource.Name, out var current))
            return new ResourceDocument(resource.Name, null, null, null, null, null, []);

        var snapshot = current.Snapshot;
        return new ResourceDocument(
            resource.Name,
            snapshot.ResourceType,
            KnownServiceStates.StateOf(resource, snapshot),
            snapshot.HealthStatus?.ToString(),
            snapshot.ExitCode,
            PidOf(snapshot),
            // What a browser can open is first: the Aspire dashboard has endpoints for telemetry too.
            [.. snapshot.Urls.OrderBy(url => url.Name is "http" or "https" ? 0 : 1).Select(url => url.Url)]);
    }

    private static int? PidOf(CustomResourceSnapshot snapshot) =>
        int.TryParse(
            Convert.ToString(snapshot.Properties.FirstOrDefault(p => p.Name == "executable.pid")?.Value, CultureInfo.InvariantCulture),
            CultureInfo.InvariantCulture,
            out var pid) ? pid : null;
}
