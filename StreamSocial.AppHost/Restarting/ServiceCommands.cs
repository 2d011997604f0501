using Microsoft.Extensions.DependencyInjection;

namespace StreamSocial.AppHost.Restarting;

/// <summary>Puts itself before the commands that Aspire gives a service, so that a stop that was asked for is known as one.</summary>
internal static class ServiceCommands
{
    private static readonly string[] Stopping = [KnownResourceCommands.StopCommand, KnownResourceCommands.RestartCommand, KnownResourceCommands.RebuildCommand];

    /// <summary>Replaces the commands of a service. They are there once it runs, or the orchestrator has started.</summary>
    public static void Observe(SupervisedService service)
    {
        service.Resource.Annotations.Add(service);
        foreach (var command in service.Resource.Annotations.OfType<ResourceCommandAnnotation>().ToArray())
        {
            if (command.Name == KnownResourceCommands.StartCommand)
                Replace(service, command, context => StartAsync(service, command, context), context => IsWaitingForLoad(context) ? ResourceCommandState.Enabled : command.UpdateState(context));
            else if (Stopping.Contains(command.Name))
                Replace(service, command, context => StopAsync(service, command, context), context => StateOfStop(command, context));
        }
    }

    private static Task<ExecuteCommandResult> StartAsync(SupervisedService service, ResourceCommandAnnotation command, ExecuteCommandContext context)
    {
        // Aspire would end its process first, without a word to it.
        if (KnownServiceStates.IsUp(StateOf(service, context)))
            return Task.FromResult(CommandResults.Failure($"{service.Name} already runs."));
        return service.StartAsync(
            stop => WaitForDependenciesAsync(service, context.Services.GetRequiredService<ResourceNotificationService>(), stop),
            stop => command.ExecuteCommand(new ExecuteCommandContext
            {
                Services = context.Services, ResourceName = context.ResourceName, CancellationToken = stop, Logger = context.Logger, Arguments = context.Arguments,
            }),
            context.CancellationToken);
    }

    /// <summary>
    /// Waits for what a service needs. Aspire's command waits too, but starts the service as it is as soon as another state is shown, which the orchestrator's late word
    /// of the process before is enough for; and until it ends, Aspire does nothing else with the service.
    /// </summary>
    private static async Task WaitForDependenciesAsync(SupervisedService service, ResourceNotificationService notifications, CancellationToken cancellationToken)
    {
        if (!service.Resource.TryGetLastAnnotation<WaitAnnotation>(out _))
            return;
        // Shown by Aspire only where nothing else is.
        await notifications.PublishUpdateAsync(service.Resource, snapshot => snapshot with { State = KnownResourceStates.Waiting });
        try
        {
            await notifications.WaitForDependenciesAsync(service.Resource, cancellationToken);
        }
        catch
        {
            await LeaveWaitingAsync(KnownResourceStates.FailedToStart);
            throw;
        }
        // Of what waits Aspire believes that its start is under way.
        await LeaveWaitingAsync(KnownResourceStates.Starting);

        Task LeaveWaitingAsync(string next) =>
            notifications.PublishUpdateAsync(service.Resource, snapshot => KnownServiceStates.IsWaiting(snapshot.State?.Text) ? snapshot with { State = next } : snapshot);
    }

    private static async Task<ExecuteCommandResult> StopAsync(SupervisedService service, ResourceCommandAnnotation command, ExecuteCommandContext context)
    {
        // What waits has no process yet, and is started when it need not wait any more: as it was built by then.
        if (service.IsWaiting && command.Name == KnownResourceCommands.RestartCommand)
            return CommandResults.Success($"{service.Name} starts when what it waits for is there.");
        if (service.IsWaiting && command.Name == KnownResourceCommands.RebuildCommand)
            return await command.ExecuteCommand(context);

        service.RequestStop();
        var notifications = context.Services.GetRequiredService<ResourceNotificationService>();
        var isEnded = await service.EndWaitAsync();
        if (isEnded)
            await notifications.WaitForResourceAsync(service.Name, change => !KnownServiceStates.IsWaiting(change.Snapshot.State?.Text), context.CancellationToken);
        // There is no process to stop between its end and its next start, nor while that waits.
        if ((isEnded || service.IsRestarting) && command.Name == KnownResourceCommands.StopCommand)
        {
            await service.ShowAsync(notifications, service.IsReplica ? KnownServiceStates.WaitingForLoad : KnownServiceStates.Exited);
            return CommandResults.Success($"{service.Name} is not started again.");
        }
        // Not a broker: what it keeps is on disk already, or is thrown away with it. Nor for a rebuild: Aspire starts only what was running when it was asked.
        if (service.Resource is ProjectResource && command.Name != KnownResourceCommands.RebuildCommand)
            await new ServiceProcess(service.Resource, notifications).EndGracefullyAsync(context.CancellationToken);
        return await command.ExecuteCommand(context);
    }

    /// <summary>Aspire has no stop for what waits.</summary>
    private static ResourceCommandState StateOfStop(ResourceCommandAnnotation command, UpdateCommandStateContext context) =>
        IsWaitingForLoad(context) ? ResourceCommandState.Hidden
        : command.Name == KnownResourceCommands.StopCommand && KnownServiceStates.IsWaiting(context.ResourceSnapshot.State?.Text) ? ResourceCommandState.Enabled
        : command.UpdateState(context);

    private static bool IsWaitingForLoad(UpdateCommandStateContext context) => context.ResourceSnapshot.State?.Text == KnownServiceStates.WaitingForLoad.Text;

    private static string? StateOf(SupervisedService service, ExecuteCommandContext context) =>
        context.Services.GetRequiredService<ResourceNotificationService>().TryGetCurrentState(service.Name, out var current) ? current.Snapshot.State?.Text : null;

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
