using Google.Protobuf.WellKnownTypes;
using StreamSocial.Kafka.Limits;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.Tasks;
using StreamSocial.Streams.Testing;

namespace StreamSocial.Streams.Tests.Limits;

/// <summary>An entry that does not fit into a record costs its input the dead-letter topic, and nothing else.</summary>
public sealed class LargeEntryTests
{
    private static readonly Dictionary<string, int> Partitions = new() { ["texts"] = 1, ["texts.dlq"] = 1, ["copies"] = 1, ["keyed"] = 1 };

    private int _tries;

    [Theory]
    [InlineData("copies")]
    [InlineData("keyed")]
    public void Emit_LargerThanARecord_SendsTheInputToTheDeadLettersWithoutAnotherTry(string topic)
    {
        using var driver = Create(topic, copies: 3);
        Pipe(driver, "a", new string('x', 400_000), "b");
        driver.Checkpoint();
        driver.Restart();
        Pipe(driver, "c");

        Assert.Single(driver.ReadOutput("texts.dlq"));
        Assert.Equal(["aaa", "bbb", "ccc"], driver.ReadOutput(topic).Select(output => StringValue.Parser.ParseFrom(output.Payload.Span).Value));
        // The task went back to its start once, so the first is processed twice.
        Assert.Equal(5, _tries);
    }

    [Fact]
    public void DeadLetter_OfARecordAsLargeAsCanBe_LeavesItsPayloadOut()
    {
        using var driver = Create("copies", copies: 2);
        Pipe(driver, "a", new string('x', RecordLimit.ClientDefault.MaxDataBytes - 10), "b");

        Assert.True(Assert.Single(driver.ReadOutput("texts.dlq")).Payload.IsEmpty);
        Assert.Equal(2, driver.ReadOutput("copies").Count);
    }

    [Fact]
    public void Emit_ManyBytes_AreSentBeforeTheyFillTheMemory()
    {
        using var driver = new TaskTestDriver(new StageDefinition("copy", "texts", "texts-state", _ => new Spreader()), Partitions);
        driver.Pipe(0, null, new StringValue { Value = new string('x', 900_000) });

        Assert.Equal(20, driver.ReadOutput("copies").Count);
    }

    private TaskTestDriver Create(string topic, int copies) =>
        new(new StageDefinition("copy", "texts", "texts-state", _ => new Copier(topic, copies, () => _tries++)), Partitions);

    private static void Pipe(TaskTestDriver driver, params string[] texts)
    {
        foreach (var text in texts)
            driver.Pipe(0, null, new StringValue { Value = text });
    }

    private sealed class Copier(string topic, int copies, Action onTry) : IRecordProcessor
    {
        public void Process(in InputEntry entry, IEmitter emitter)
        {
            onTry();
            var copy = new StringValue { Value = string.Concat(Enumerable.Repeat(StringValue.Parser.ParseFrom(entry.Payload.Span).Value, copies)) };
            if (topic == "keyed")
                emitter.EmitKeyed(topic, "key", copy);
            else
                emitter.Emit(topic, 0, copy);
        }
    }

    private sealed class Spreader : IRecordProcessor
    {
        public void Process(in InputEntry entry, IEmitter emitter)
        {
            for (var i = 0; i < 20; i++)
                emitter.Emit("copies", 0, StringValue.Parser.ParseFrom(entry.Payload.Span));
        }
    }
}
