using StreamSocial.Events.Topics;
using StreamSocial.Hosting.Kafka.Sources;

namespace StreamSocial.Unit.Tests.Kafka;

public sealed class KafkaSourceSelectorTests
{
    [Theory]
    [InlineData("host:1", true, "/kafka", KafkaSource.External, TopologyProfile.Full)]
    [InlineData(null, true, "/kafka", KafkaSource.Containers, TopologyProfile.Small)]
    [InlineData(null, false, "/kafka", KafkaSource.Process, TopologyProfile.Small)]
    [InlineData(" ", false, "", KafkaSource.Embedded, TopologyProfile.Full)]
    public void Select_Auto_TakesTheFirstThatWorks(string? connection, bool containers, string? home, KafkaSource source, TopologyProfile profile)
    {
        var choice = KafkaSourceSelector.Select(new KafkaSourceRequest("auto", null, connection, home), new Machine { Containers = containers });
        Assert.Equal((source, profile), (choice.Source, choice.Profile));
        Assert.Equal(source, KafkaSourceSelector.Select(new KafkaSourceRequest(null, null, connection, home), new Machine { Containers = containers }).Source);
    }

    [Theory]
    [InlineData("embedded", "small", KafkaSource.Embedded, TopologyProfile.Small)]
    [InlineData("Process", "FULL", KafkaSource.Process, TopologyProfile.Full)]
    public void Select_NamedSourceAndProfile_AreUsed(string source, string profile, KafkaSource expected, TopologyProfile expectedProfile)
    {
        var choice = KafkaSourceSelector.Select(new KafkaSourceRequest(source, profile, "host:1", "/kafka"), new Machine { Containers = true });
        Assert.Equal((expected, expectedProfile), (choice.Source, choice.Profile));
    }

    [Theory]
    [InlineData("external", null, null, "ConnectionStrings:kafka is not set")]
    [InlineData("containers", null, null, "no container runtime answers")]
    [InlineData("process", null, null, "KAFKA_HOME is not set")]
    [InlineData("redis", null, null, "Kafka:Source is 'redis': use auto, external, containers, process, embedded.")]
    [InlineData("0", null, null, "Kafka:Source is '0'")]
    [InlineData(null, "huge", null, "Topology:Profile is 'huge': use full, small.")]
    public void Select_Impossible_SaysWhatToDo(string? source, string? profile, string? home, string expected) =>
        Assert.Contains(expected, Assert.Throws<KafkaSourceException>(
            () => KafkaSourceSelector.Select(new KafkaSourceRequest(source, profile, null, home), new Machine())).Message, StringComparison.Ordinal);

    [Fact]
    public void Select_AutoWithBrokenKafkaHomeOrJava_FailsInsteadOfPassingOver()
    {
        var request = new KafkaSourceRequest(null, null, null, "/kafka");
        Assert.Equal("no libs", Assert.Throws<KafkaSourceException>(() => KafkaSourceSelector.Select(request, new Machine { HomeProblem = "no libs", JavaProblem = "no java" })).Message);
        Assert.Equal("no java", Assert.Throws<KafkaSourceException>(() => KafkaSourceSelector.Select(request, new Machine { JavaProblem = "no java" })).Message);
    }

    [Fact]
    public void Select_Embedded_StartsNoProgram() =>
        Assert.Equal(KafkaSource.Embedded, KafkaSourceSelector.Select(new KafkaSourceRequest("embedded", null, null, "/x"), new Machine { MayBeAsked = false }).Source);

    private sealed class Machine : IMachineProbe
    {
        public bool Containers { get; init; }

        public string? HomeProblem { get; init; }

        public string? JavaProblem { get; init; }

        public bool MayBeAsked { get; init; } = true;

        public bool ContainerRuntimeAnswers() => Ask(Containers);

        public string? FindProblemOfKafkaHome(string kafkaHome) => Ask(HomeProblem);

        public string? FindProblemOfJava() => Ask(JavaProblem);

        private T Ask<T>(T answer) => MayBeAsked ? answer : throw new InvalidOperationException("The machine was asked in vain.");
    }
}
