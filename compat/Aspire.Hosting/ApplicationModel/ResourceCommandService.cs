namespace Aspire.Hosting.ApplicationModel;

/// <summary>Does the commands of resources, see <see cref="KnownResourceCommands"/>.</summary>
public class ResourceCommandService(
    DistributedApplicationModel model,
    ResourceLoggerService resourceLoggers,
    IServiceProvider services)
{
    public Task<ExecuteCommandResult> ExecuteCommandAsync(string resourceId, string commandName, CancellationToken cancellationToken = default)
    {
        var resource = model.Resources.SingleOrDefault(r => string.Equals(r.Name, resourceId, StringComparison.OrdinalIgnoreCase));
        return resource is null
            ? Task.FromResult(CommandResults.Failure($"There is no resource '{resourceId}'."))
            : ExecuteCommandAsync(resource, commandName, cancellationToken);
    }

    public async Task<ExecuteCommandResult> ExecuteCommandAsync(IResource resource, string commandName, CancellationToken cancellationToken = default)
    {
        var command = resource.Annotations.OfType<ResourceCommandAnnotation>().LastOrDefault(c => c.Name == commandName);
        if (command is null)
            return CommandResults.Failure($"The resource '{resource.Name}' has no command '{commandName}'.");

        var logger = resourceLoggers.GetLogger(resource);
        try
        {
            return await command.ExecuteCommand(new ExecuteCommandContext
            {
                Services = services,
                ResourceName = resource.Name,
                CancellationToken = cancellationToken,
                Logger = logger,
            });
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return CommandResults.Canceled();
        }
        catch (Exception e)
        {
            ResourceCommandServiceLog.CommandFailed(logger, e, commandName, resource.Name);
            return CommandResults.Failure(e);
        }
    }
}
