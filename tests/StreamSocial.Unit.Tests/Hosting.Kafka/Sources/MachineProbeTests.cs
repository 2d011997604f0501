using StreamSocial.Hosting.Kafka.Sources;

namespace StreamSocial.Unit.Tests.Hosting.Kafka.Sources;

public sealed class MachineProbeTests
{
    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("no-such-runtime", false)]
    public void ContainerRuntimeAnswers_NamedRuntime_IsTheOneThatIsAsked(string program, bool expected)
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("The programs true and false stand for a container runtime.");
        Assert.Equal(expected, new MachineProbe(program).ContainerRuntimeAnswers());
    }
}
