using Google.Protobuf.WellKnownTypes;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;
using StreamSocial.Streams.Testing;

namespace StreamSocial.Streams.Tests.Testing;

public sealed class TaskTestDriverTests
{
    private static readonly Dictionary<string, int> Partitions = new() { ["words"] = 3, ["words.dlq"] = 1, ["counts"] = 2 };

    [Fact]
    public void ReadOutput_AfterPipe_HasWhatWasEmittedOnce()
    {
        using var driver = Create();
        driver.Time += TimeSpan.FromSeconds(5);
        Pipe(driver, "a", "b", "a");
        Assert.Equal(["a 1", "b 1", "a 2"], Texts(driver).OrderBy(text => text[2]));
        Assert.Empty(driver.ReadOutput("counts"));
        Assert.Equal(driver.Time.ToUnixTimeMilliseconds(), driver.Read("a", (Counter counter) => counter.LastTime));
    }

    [Fact]
    public void Restart_BehindACheckpoint_RepeatsInputAndDropsRepeatedOutput()
    {
        using var driver = Create();
        Pipe(driver, "a", "a");
        Assert.True(driver.Checkpoint() > 0);
        Assert.Equal(0, driver.Checkpoint());
        Pipe(driver, "a", "b");
        driver.Restart();
        Pipe(driver, "a");
        Assert.Equal(["a 1", "a 2", "a 3", "a 4", "b 1"], Texts(driver).Order());
        Assert.Equal(2, driver.RepeatedOutputs);
        Assert.Equal(4, driver.Read("a", (Counter counter) => counter.Of("a")));
    }

    [Fact]
    public void Pipe_EntryThatIsRefused_GoesToTheDeadLetters()
    {
        using var driver = Create();
        Pipe(driver, "a", "", "a");
        Assert.Single(driver.ReadOutput("words.dlq"));
        Assert.Equal(["a 1", "a 2"], Texts(driver));
    }

    private static TaskTestDriver Create() => new(new StageDefinition("count", "words", "count-state", context => new Counter(context)), Partitions);

    private static void Pipe(TaskTestDriver driver, params string[] words)
    {
        foreach (var word in words)
            driver.Pipe(word, new StringValue { Value = word });
    }

    private static IEnumerable<string> Texts(TaskTestDriver driver) =>
        driver.ReadOutput("counts").Select(output => StringValue.Parser.ParseFrom(output.Payload.Span).Value);

    private sealed class Counter(ITaskContext context) : IRecordProcessor
    {
        private readonly IStateStore<string, long> _counts = context.OpenStore(16, "counts", Codecs.Utf8, Codecs.Int64);

        public long LastTime { get; private set; }

        public long Of(string word) => _counts.TryGet(word, out var count) ? count : 0;

        public void Process(in InputEntry entry, IEmitter emitter)
        {
            var word = StringValue.Parser.ParseFrom(entry.Payload.Span).Value;
            if (word.Length == 0)
                throw new FormatException("No word.");
            LastTime = entry.Timestamp;
            _counts.Put(word, Of(word) + 1);
            emitter.EmitKeyed("counts", word, new StringValue { Value = $"{word} {Of(word)}" });
        }
    }
}
