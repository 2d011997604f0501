using StreamSocial.Cli;
using StreamSocial.Cli.Drills.Running;

namespace StreamSocial.Unit.Tests.Cli.Drills.Running;

public sealed class SteadyStateTests
{
    [Fact]
    public void RateOf_KnownRate_IsIt() => Assert.Equal(0.5, SteadyState.RateOf("acknowledged", 0.5));

    [Fact]
    public void RateOf_Nothing_DidNotHold() => Assert.Throws<NotHeldException>(() => SteadyState.RateOf("acknowledged", 0));

    [Fact]
    public void RateOf_Unknown_CouldNotBeTried() => Assert.Throws<ToolException>(() => SteadyState.RateOf("acknowledged", null));
}
