using StreamSocial.AppHost.Restarting;
using StreamSocial.Control;

namespace StreamSocial.Unit.Tests.Control;

public sealed class ResourceDocumentTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    public void EndsInARow_StateThatTheAppHostShowsForARestart_IsItsNumber(int ends) => Assert.Equal(ends, InState(KnownServiceStates.Restarting(ends).Text).EndsInARow);

    [Theory]
    [InlineData(null)]
    [InlineData("Running")]
    [InlineData("Restarting")]
    [InlineData("Restarting (x)")]
    [InlineData("Restarting (")]
    public void EndsInARow_AnyOtherState_IsZero(string? state) => Assert.Equal(0, InState(state).EndsInARow);

    private static ResourceDocument InState(string? state) => new("ingest", "Project", state, null, null, null, []);
}
