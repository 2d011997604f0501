using System.Diagnostics;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using StreamSocial.AppHost.Restarting;

namespace StreamSocial.Unit.Tests.AppHost.Restarting;

public sealed class ServiceProcessTests
{
    /// <summary>A snapshot keeps the id of a process that has ended, which the system may have given to another.</summary>
    [Theory]
    [InlineData("Running", true)]
    [InlineData("Starting", false)]
    [InlineData("Finished", false)]
    [InlineData("Restarting (1)", false)]
    [InlineData("Waiting for load", false)]
    public async Task TryKill_OnlyWhatRuns(string state, bool expected)
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows has no signals.");
        using var process = Process.Start(new ProcessStartInfo("sleep", "100"))!;
        try
        {
            await using var application = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true }).Build();
            var notifications = application.Services.GetRequiredService<ResourceNotificationService>();
            var service = new ProjectResource("service");
            await notifications.PublishUpdateAsync(
                service, snapshot => snapshot with { State = state, Properties = [new ResourcePropertySnapshot("executable.pid", process.Id)] });

            Assert.Equal(expected, new ServiceProcess(service, notifications).TryKill());
            Assert.Equal(expected, process.WaitForExit(TimeSpan.FromMilliseconds(expected ? 10_000 : 200)));
        }
        finally
        {
            process.Kill();
        }
    }
}
