using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
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

    private static CustomResourceSnapshot Ended(int? process) => new()
    {
        ResourceType = "Project",
        State = KnownResourceStates.Finished,
        Properties = process is { } id ? [new ResourcePropertySnapshot("executable.pid", id)] : ImmutableArray<ResourcePropertySnapshot>.Empty,
    };
}
