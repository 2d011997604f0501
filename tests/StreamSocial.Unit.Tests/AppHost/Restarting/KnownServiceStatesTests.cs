using Aspire.Hosting.ApplicationModel;
using StreamSocial.AppHost.Restarting;

namespace StreamSocial.Unit.Tests.AppHost.Restarting;

public sealed class KnownServiceStatesTests
{
    private readonly SupervisedService _service = new(new ContainerResource("service"));

    public KnownServiceStatesTests() => _service.Resource.Annotations.Add(_service);

    [Fact]
    public void StateOf_ItsEndWasAskedFor_IsStoppingWhileItRuns()
    {
        Assert.Equal(KnownResourceStates.Running, StateAt(KnownResourceStates.Running));
        _service.RequestStop();
        Assert.Equal(KnownResourceStates.Stopping, StateAt(KnownResourceStates.Running));
        Assert.Equal(KnownServiceStates.WaitingForLoad.Text, StateAt(KnownServiceStates.WaitingForLoad.Text));
        Assert.Null(StateAt(null));
    }

    [Fact]
    public void StateOf_ItWasStartedAgain_IsItsOwn()
    {
        _service.RequestStop();
        _service.BeginRun();
        Assert.Equal(KnownResourceStates.Running, StateAt(KnownResourceStates.Running));
    }

    [Fact]
    public void StateOf_AResourceThatNobodySupervises_IsItsOwn() =>
        Assert.Equal(KnownResourceStates.Running, KnownServiceStates.StateOf(new ContainerResource("other"), Snapshot(KnownResourceStates.Running)));

    private string? StateAt(string? state) => KnownServiceStates.StateOf(_service.Resource, Snapshot(state));

    private static CustomResourceSnapshot Snapshot(string? state) => new() { ResourceType = "Container", Properties = [], State = state };
}
