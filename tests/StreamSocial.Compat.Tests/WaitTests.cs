using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace StreamSocial.Compat.Tests;

public class WaitTests
{
    [Fact]
    public async Task WaitFor_DependencyNotHealthyYet_StartsOnlyWhenItIs()
    {
        var healthy = new TaskCompletionSource();
        var builder = TestApplication.CreateBuilder();
        builder.Services.AddHealthChecks().AddCheck("gate", () => healthy.Task.IsCompleted ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("not yet"));
        var first = builder.AddShell("first", "sleep 600").WithHealthCheck("gate");
        builder.AddShell("second", "sleep 600").WaitFor(first);
        await using var app = builder.Build();

        var start = app.StartAsync(TestApplication.Deadline());
        await app.ResourceNotifications.WaitForResourceAsync("first", e => e.Snapshot.HealthStatus == HealthStatus.Unhealthy, TestApplication.Deadline());
        Assert.Equal(KnownResourceStates.Waiting, app.StateOf("second").State?.Text);
        healthy.SetResult();
        await start;

        Assert.Equal(HealthStatus.Healthy, app.StateOf("first").HealthStatus);
        Assert.Equal(KnownResourceStates.Running, app.StateOf("second").State?.Text);
        await app.StopAsync(TestApplication.Deadline());
    }

    [Fact]
    public async Task WaitForCompletion_DependencyEndsAsExpected_Starts()
    {
        var builder = TestApplication.CreateBuilder();
        builder.AddShell("second", "sleep 600").WaitForCompletion(builder.AddShell("first", "exit 3"), exitCode: 3);
        await using var app = builder.Build();

        await app.StartAsync(TestApplication.Deadline());

        Assert.Equal((KnownResourceStates.Finished, 3), (app.StateOf("first").State?.Text, app.StateOf("first").ExitCode));
        Assert.Equal(KnownResourceStates.Running, app.StateOf("second").State?.Text);
    }

    [Fact]
    public async Task WaitForCompletion_OtherExitCode_FailsToStart()
    {
        var builder = TestApplication.CreateBuilder();
        builder.AddShell("second", "sleep 600").WaitForCompletion(builder.AddShell("first", "exit 4"));
        await using var app = builder.Build();

        await app.StartAsync(TestApplication.Deadline());

        Assert.Equal(KnownResourceStates.FailedToStart, app.StateOf("second").State?.Text);
    }

    [Fact]
    public async Task WaitFor_DependencyCannotStart_FailsToStart()
    {
        var builder = TestApplication.CreateBuilder();
        builder.AddShell("second", "sleep 600").WaitFor(builder.AddExecutable("first", "no-such-program", Path.GetTempPath()));
        await using var app = builder.Build();

        await app.StartAsync(TestApplication.Deadline());

        Assert.Equal(KnownResourceStates.FailedToStart, app.StateOf("first").State?.Text);
        Assert.Equal(KnownResourceStates.FailedToStart, app.StateOf("second").State?.Text);
    }

    [Fact]
    public async Task WaitForResourceHealthyAsync_ResourceEnds_SaysHow()
    {
        var builder = TestApplication.CreateBuilder();
        builder.Services.AddHealthChecks().AddCheck("never", () => HealthCheckResult.Unhealthy());
        builder.AddShell("first", "exit 5").WithHealthCheck("never");
        await using var app = builder.Build();
        await app.StartAsync(TestApplication.Deadline());

        var error = await Assert.ThrowsAsync<DistributedApplicationException>(
            () => app.ResourceNotifications.WaitForResourceHealthyAsync("first", TestApplication.Deadline()));

        Assert.Contains("exit code 5", error.Message);
    }
}
