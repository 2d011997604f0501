using StreamSocial.Hosting.Kafka.Sources;

namespace StreamSocial.Unit.Tests.Hosting.Kafka.Sources;

public sealed class KafkaSourceSelectorTests
{
    [Theory]
    [InlineData("host:1", true, "/kafka", KafkaSource.External, false)]
    [InlineData(null, true, "/kafka", KafkaSource.Containers, true)]
    [InlineData(null, false, "/kafka", KafkaSource.Process, true)]
    [InlineData(" ", false, "", KafkaSource.Embedded, false)]
    public void Select_Auto_TakesTheFirstThatWorks(string? connection, bool containers, string? home, KafkaSource source, bool sharesMachine)
    {
        var choice = KafkaSourceSelector.Select(new KafkaSourceRequest("auto", connection, home), new Machine { Containers = containers });
        Assert.Equal((source, sharesMachine), (choice.Source, choice.SharesMachine));
        Assert.Equal(source, KafkaSourceSelector.Select(new KafkaSourceRequest(null, connection, home), new Machine { Containers = containers }).Source);
    }

    [Theory]
    [InlineData("embedded", KafkaSource.Embedded)]
    [InlineData("Process", KafkaSource.Process)]
    public void Select_NamedSource_IsUsed(string source, KafkaSource expected) =>
        Assert.Equal(expected, KafkaSourceSelector.Select(new KafkaSourceRequest(source, "host:1", "/kafka"), new Machine { Containers = true }).Source);

    [Theory]
    [InlineData("external", null, "ConnectionStrings:kafka is not set")]
    [InlineData("containers", null, "no container runtime answers")]
    [InlineData("process", null, "KAFKA_HOME is not set")]
    [InlineData("redis", null, "Kafka:Source is 'redis': use auto, external, containers, process, embedded.")]
    [InlineData("0", null, "Kafka:Source is '0'")]
    public void Select_Impossible_SaysWhatToDo(string source, string? home, string expected) =>
        Assert.Contains(expected, Assert.Throws<KafkaSourceException>(
            () => KafkaSourceSelector.Select(new KafkaSourceRequest(source, null, home), new Machine())).Message, StringComparison.Ordinal);

    [Fact]
    public void Select_AutoWithBrokenKafkaHomeOrJava_FailsInsteadOfPassingOver()
    {
        var request = new KafkaSourceRequest(null, null, "/kafka");
        Assert.Equal("no libs", Assert.Throws<KafkaSourceException>(() => KafkaSourceSelector.Select(request, new Machine { HomeProblem = "no libs", JavaProblem = "no java" })).Message);
        Assert.Equal("no java", Assert.Throws<KafkaSourceException>(() => KafkaSourceSelector.Select(request, new Machine { JavaProblem = "no java" })).Message);
    }

    [Fact]
    public void Select_Embedded_StartsNoProgram() =>
        Assert.Equal(KafkaSource.Embedded, KafkaSourceSelector.Select(new KafkaSourceRequest("embedded", null, "/x"), new Machine { MayBeAsked = false }).Source);

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
