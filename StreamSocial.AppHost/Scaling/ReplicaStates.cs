using Microsoft.Extensions.Diagnostics.HealthChecks;
using StreamSocial.AppHost.Restarting;

namespace StreamSocial.AppHost.Scaling;

/// <summary>What the states of a generator, as Aspire reports them, say about it.</summary>
internal static class ReplicaStates
{
    /// <summary>It runs, is about to, or ended and is about to be started again. One that waits for load is not active.</summary>
    public static bool IsActive(ResourceEvent replica) => replica.Snapshot.State?.Text is { } state
        && (state == KnownResourceStates.Running
            || state == KnownResourceStates.Starting
            || state == KnownResourceStates.Waiting
            || KnownServiceStates.IsRestarting(state));

    /// <summary>
    /// Returns when a generator that was told to start runs. The command returns before the resource leaves its former state, and on the way to <c>Running</c> the
    /// resource can show that state, or none, once more.
    /// </summary>
    public static Task WaitUntilRunningAsync(ResourceNotificationService notifications, string name, CancellationToken cancellationToken) =>
        notifications.WaitForResourceAsync(name, replica => replica.Snapshot.State?.Text == KnownResourceStates.Running, cancellationToken);

    /// <summary>Returns when a generator that was told to start is ready or has ended.</summary>
    public static async Task WaitUntilReadyAsync(ResourceNotificationService notifications, string name, CancellationToken cancellationToken)
    {
        await WaitUntilRunningAsync(notifications, name, cancellationToken);
        await notifications.WaitForResourceAsync(
            name, replica => !IsActive(replica) || replica.Snapshot.HealthStatus == HealthStatus.Healthy, cancellationToken);
    }
}
