using Microsoft.Extensions.DependencyInjection;

namespace StreamSocial.AppHost.Restarting;

/// <summary>Puts itself before the commands that Aspire gives a service, so that a stop that was asked for is known as one.</summary>
internal static class ServiceCommands
{
    private static readonly string[] Stopping = [KnownResourceCommands.StopCommand, KnownResourceCommands.RestartCommand, KnownResourceCommands.RebuildCommand];

    /// <summary>Replaces the commands of a service. They are there once the orchestrator has started.</summary>
    public static void Observe(SupervisedService service)
    {
        service.Resource.Annotations.Add(service);
        foreach (var command in service.Resource.Annotations.OfType<ResourceCommandAnnotation>().ToArray())
        {
            if (command.Name == KnownResourceCommands.StartCommand)
                Replace(service, command, command.ExecuteCommand, context => IsWaiting(context) ? ResourceCommandState.Enabled : command.UpdateState(context));
            else if (Stopping.Contains(command.Name))
                Replace(service, command, context => StopAsync(service, command, context), context => IsWaiting(context) ? ResourceCommandState.Hidden : command.UpdateState(context));
        }
    }

    private static async Task<ExecuteCommandResult> StopAsync(SupervisedService service, ResourceCommandAnnotation command, ExecuteCommandContext context)
    {
        service.RequestStop();
        var notifications = context.Services.GetRequiredService<ResourceNotificationService>();
        // There is no process to stop between its end and its next start.
        if (service.IsRestarting && command.Name == KnownResourceCommands.StopCommand)
        {
            await service.ShowAsync(notifications, service.IsReplica ? KnownServiceStates.WaitingForLoad : KnownServiceStates.Exited);
            return CommandResults.Success($"{service.Name} is not started again.");
        }
        // Not a broker: what it keeps is on disk already, or is thrown away with it. Nor for a rebuild: Aspire starts only what was running when it was asked.
        if (service.Resource is ProjectResource && command.Name != KnownResourceCommands.RebuildCommand)
            await new ServiceProcess(service.Resource, notifications).EndGracefullyAsync(context.CancellationToken);
        return await command.ExecuteCommand(context);
    }

    private static bool IsWaiting(UpdateCommandStateContext context) => context.ResourceSnapshot.State?.Text == KnownServiceStates.WaitingForLoad.Text;

    private static void Replace(
        SupervisedService service,
        ResourceCommandAnnotation command,
        Func<ExecuteCommandContext, Task<ExecuteCommandResult>> execute,
        Func<UpdateCommandStateContext, ResourceCommandState> updateState)
    {
        service.Resource.Annotations.Remove(command);
        service.Resource.Annotations.Add(new ResourceCommandAnnotation(
            command.Name, command.DisplayName, updateState, execute, command.DisplayDescription, command.Arguments, command.ConfirmationMessage,
            command.IconName, command.IconVariant, command.IsHighlighted, command.Visibility, command.ValidateArguments));
    }
}
