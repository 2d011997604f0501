using System.Net;
using StreamSocial.Control;
using StreamSocial.Dashboard.Operations;
using StreamSocial.Operations.Log;
using StreamSocial.ServiceDefaults.Control;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.Dashboard.Replicas;

internal static class ReplicaEndpoints
{
    /// <summary>Kind of the action in the log of actions.</summary>
    private const string Kind = "replica-restart";

    private const string Prefix = "feed-generator-";

    private static readonly ProblemKind NoSuchReplica = new(404, "no_such_replica", "The AppHost has no feed generator of this name.", "Take a name from the table of feed generators.");

    private static readonly ProblemKind NoControlServer = new(
        503, "no_control_server", "The dashboard knows no AppHost, which alone restarts replicas.", "Set `Scale:Endpoint`; on another orchestrator restart the replica there.");

    private static readonly ProblemKind NotRestarted = new(502, "not_restarted", "The AppHost refused, failed or did not answer: it is unknown whether the replica restarts.", "Look at the replica's state.");

    /// <summary><c>POST /api/replicas/{name}/restart</c>.</summary>
    public static void MapReplicas(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/api/replicas/{name}/restart", RestartAsync).RequireControlToken()
            .WithName("RestartReplica").WithSummary("Stops a feed generator in good order and starts it again; answers when that is done; needs the control token")
            .Produces(StatusCodes.Status204NoContent).WithProblems(ApiProblems.Invalid, NoSuchReplica, NoControlServer, NotRestarted, OperationProblems.Unrecorded);

    private static async Task<IResult> RestartAsync(string name, ControlClient control, OperationLog operations, Operator by)
    {
        if (control.Endpoint is null)
            return NoControlServer.Answer();
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
            return NoSuchReplica.Answer($"There is no feed generator '{name}'.");
        try
        {
            // Also when the client goes away: half a restart would be a stop.
            await operations.RunAsync(
                by.Ask(Kind, name),
                async cancelled =>
                {
                    await control.ExecuteAsync(name, ResourceCommand.Restart, cancelled);
                    return true;
                },
                _ => "restarted",
                CancellationToken.None);
            return Results.NoContent();
        }
        catch (ControlException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return NoSuchReplica.Answer($"There is no feed generator '{name}'.");
        }
        catch (OperationLogException e)
        {
            return OperationProblems.Unrecorded.Answer(e.Message);
        }
        catch (ControlException e)
        {
            return NotRestarted.Answer(e.Message);
        }
    }
}
