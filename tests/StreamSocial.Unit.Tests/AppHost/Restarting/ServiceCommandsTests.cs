using System.Diagnostics;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.AppHost.Restarting;

namespace StreamSocial.Unit.Tests.AppHost.Restarting;

public sealed class ServiceCommandsTests
{
    /// <summary>Aspire starts only what was running when it was asked.</summary>
    [Fact]
    public async Task Rebuild_RunningService_IsStillRunningWhenAspireLooks()
    {
        using var process = Process.Start(new ProcessStartInfo("sleep", "100"))!;
        try
        {
            var service = new SupervisedService(new ProjectResource("service"));
            bool? ran = null;
            service.Resource.Annotations.Add(new ResourceCommandAnnotation(
                KnownResourceCommands.RebuildCommand, "Rebuild", _ => ResourceCommandState.Enabled, ExecuteAsync, null, null, null, null, null, false));
            ServiceCommands.Observe(service);
            var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true });
            await using var application = builder.Build();
            var notifications = application.Services.GetRequiredService<ResourceNotificationService>();
            await notifications.PublishUpdateAsync(service.Resource, snapshot => snapshot with
            {
                State = KnownResourceStates.Running,
                Properties = [new ResourcePropertySnapshot("executable.pid", process.Id)],
            });
            // As the orchestrator does when the process ends.
            process.EnableRaisingEvents = true;
            process.Exited += (_, _) => _ = notifications.PublishUpdateAsync(service.Resource, snapshot => snapshot with { State = KnownResourceStates.Exited });

            var command = service.Resource.Annotations.OfType<ResourceCommandAnnotation>().Single();
            await command.ExecuteCommand(new ExecuteCommandContext
            {
                Services = application.Services,
                ResourceName = service.Name,
                CancellationToken = TestContext.Current.CancellationToken,
                Logger = NullLogger.Instance,
                Arguments = new InteractionInputCollection([]),
            });

            Assert.True(ran, "The process had ended before Aspire's command.");
            Assert.True(service.IsStopRequested);

            Task<ExecuteCommandResult> ExecuteAsync(ExecuteCommandContext context)
            {
                ran = !process.HasExited;
                return Task.FromResult(CommandResults.Success());
            }
        }
        finally
        {
            process.Kill();
        }
    }
}
