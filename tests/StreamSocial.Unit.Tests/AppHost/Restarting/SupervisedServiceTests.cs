using System.Collections.Immutable;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using StreamSocial.AppHost.Restarting;

namespace StreamSocial.Unit.Tests.AppHost.Restarting;

public sealed class SupervisedServiceTests
{
    private readonly SupervisedService _service = new(new ContainerResource("service"));

    [Theory]
    [InlineData(7, false)]
    [InlineData(8, true)]
    [InlineData(0, true)]
    [InlineData(null, true)]
    public void HasEndedAnew_AfterAnEnd_IsNotThatOfTheSameProcess(int? process, bool expected)
    {
        _service.BeginRun();
        Assert.True(_service.HasEndedAnew(Ended(7)));
        _service.EndRun(Ended(7));
        _service.BeginRun();
        Assert.Equal(expected, _service.HasEndedAnew(Ended(process)));
    }

    [Fact]
    public void HasEndedAnew_ItNeverHadAProcess_EachTimeCounts()
    {
        _service.EndRun(Ended(null));
        Assert.True(_service.HasEndedAnew(Ended(null)));
    }

    /// <summary>It had no process of its own, and may still show the one before.</summary>
    [Fact]
    public void HasEndedAnew_AStartFailed_IsAnEnd()
    {
        _service.EndRun(Ended(7));
        _service.BeginRun();
        Assert.True(_service.HasEndedAnew(Ended(7, KnownResourceStates.FailedToStart)));
    }

    /// <summary>Aspire takes another state for the wish not to wait.</summary>
    [Theory]
    [InlineData("Waiting", "Waiting")]
    [InlineData("Running", "Running")]
    [InlineData("Exited", "Restarting (1)")]
    public async Task Show_Restarting_DoesNotHideThatItWaits(string state, string expected)
    {
        await using var application = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true }).Build();
        var notifications = application.Services.GetRequiredService<ResourceNotificationService>();
        await notifications.PublishUpdateAsync(_service.Resource, snapshot => snapshot with { State = state });

        await _service.ShowAsync(notifications, KnownServiceStates.Restarting(1));

        Assert.True(notifications.TryGetCurrentState(_service.Name, out var current));
        Assert.Equal(expected, current.Snapshot.State?.Text);
    }

    private static CustomResourceSnapshot Ended(int? process, string? state = null) => new()
    {
        ResourceType = "Project",
        State = state ?? KnownResourceStates.Finished,
        Properties = process is { } id ? [new ResourcePropertySnapshot("executable.pid", id)] : ImmutableArray<ResourcePropertySnapshot>.Empty,
    };
}
