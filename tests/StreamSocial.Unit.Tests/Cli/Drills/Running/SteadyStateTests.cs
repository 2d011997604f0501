using StreamSocial.Cli;
using StreamSocial.Cli.Drills.Running;

namespace StreamSocial.Unit.Tests.Cli.Drills.Running;

public sealed class SteadyStateTests
{
    [Fact]
    public void RateOf_KnownRate_IsIt() => Assert.Equal(0.5, SteadyState.RateOf("acknowledged", 0.5));

    [Fact]
    public void RateOf_Nothing_DidNotHold() => Assert.Throws<NotHeldException>(() => SteadyState.RateOf("acknowledged", 0));

    [Theory]
    [InlineData(1, 10)]
    [InlineData(0.05, 200)]
    public void ThrowIfTooShort_TenActionsAreDue_DoesNot(double rate, int seconds) => SteadyState.ThrowIfTooShort(rate, TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData(0.05, 10)]
    [InlineData(1, 9)]
    public void ThrowIfTooShort_FewerAreDue_CouldNotBeTried(double rate, int seconds) =>
        Assert.Contains("more --steady seconds", Assert.Throws<ToolException>(() => SteadyState.ThrowIfTooShort(rate, TimeSpan.FromSeconds(seconds))).Message, StringComparison.Ordinal);

    [Fact]
    public void RateOf_Unknown_CouldNotBeTried() => Assert.Throws<ToolException>(() => SteadyState.RateOf("acknowledged", null));
}
