using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using StreamSocial.AppHost.Restarting;
using StreamSocial.AppHost.Scaling;

namespace StreamSocial.Unit.Tests.AppHost.Scaling;

/// <summary>Aspire's own notifications, in the order in which a replica that is started by command was seen to report itself.</summary>
public sealed class ReplicaStatesTests : IAsyncLifetime
{
    private readonly DistributedApplication _app = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true }).Build();
    private readonly Replica _replica = new("feed-generator-2");

    private ResourceNotificationService Notifications => _app.Services.GetRequiredService<ResourceNotificationService>();

    public async ValueTask InitializeAsync() => await PublishAsync(KnownServiceStates.WaitingForLoad.Text);

    [Fact]
    public async Task WaitUntilReady_FormerStateAndNoneOnTheWayUp_GoesOnWaiting()
    {
        var ready = ReplicaStates.WaitUntilReadyAsync(Notifications, _replica.Name, TestContext.Current.CancellationToken);

        foreach (var state in new[] { KnownResourceStates.Starting, KnownResourceStates.Waiting, KnownServiceStates.WaitingForLoad.Text, "" })
        {
            await PublishAsync(state);
            Assert.False(await EndsAsync(ready), $"It is said to be ready at \"{state}\".");
        }

        // Without a health check to pass it is healthy at once.
        await PublishAsync(KnownResourceStates.Running);
        await ready.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    /// <summary>Whether it ends when all that was published has had time to be seen.</summary>
    private static async Task<bool> EndsAsync(Task task) =>
        await Task.WhenAny(task, Task.Delay(100, TestContext.Current.CancellationToken)) == task;

    private Task PublishAsync(string state) => Notifications.PublishUpdateAsync(_replica, snapshot => snapshot with { State = state });

    private sealed class Replica(string name) : Resource(name);
}
