using Confluent.Kafka;
using Google.Protobuf.WellKnownTypes;
using StreamSocial.Kafka.Limits;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.State;
using StreamSocial.Streams.State.Memory;
using StreamSocial.Streams.Tasks;
using StreamSocial.Streams.Testing;

namespace StreamSocial.Streams.Tests.Emitting;

public sealed class RecordAccumulatorTests : IRecordSender
{
    private const string Topic = "outputs";
    private static readonly FixedLayout Layout = new(new Dictionary<string, int> { [Topic] = 2 });

    private readonly List<(int Partition, Message<byte[]?, byte[]?> Message, IDeliveryHandler Delivery)> _sent = [];
    private readonly RecordAccumulator _records;

    public RecordAccumulatorTests() => _records = new RecordAccumulator(this, RecordLimits.Fixed(RecordLimit.ClientDefault), Layout);

    [Fact]
    public void Send_EntriesOfSeveralTasks_IsOneRecordForEachDestination()
    {
        var (a, b) = (CreateEmitter("a"), CreateEmitter("b"));
        a.Emit(Topic, 0, Text("a1"));
        a.Emit(Topic, 1, Text("a2"));
        a.Emit(Topic, 0, Text("a3"));
        b.Emit(Topic, 0, Text("b1"));
        a.Flush(3, _records);
        b.Flush(1, _records);

        Assert.Empty(_sent);
        Assert.Equal(2, _records.Send());
        Assert.Equal(["a/0:1 a1", "a/0:2 a3", "b/0:1 b1"], Read(0));
        Assert.Equal(["a/0:1 a2"], Read(1));
    }

    [Fact]
    public void ObserveAcknowledgements_SharedRecord_MovesAllItsTasks()
    {
        var (a, b) = (CreateEmitter("a"), CreateEmitter("b"));
        a.Emit(Topic, 0, Text("a1"));
        b.Emit(Topic, 0, Text("b1"));
        b.Emit(Topic, 1, Text("b2"));
        a.Flush(7, _records);
        b.Flush(9, _records);
        _records.Send();

        _sent.Single(sent => sent.Partition == 1).Delivery.OnDelivered(0, 0, null);
        Assert.Equal((0, 0), Acknowledged());
        _sent.Single(sent => sent.Partition == 0).Delivery.OnDelivered(0, 0, null);
        Assert.Equal((7, 9), Acknowledged());

        (long, long) Acknowledged()
        {
            a.ObserveAcknowledgements();
            b.ObserveAcknowledgements();
            return (a.AcknowledgedOffset, b.AcknowledgedOffset);
        }
    }

    [Fact]
    public void Send_KeyedEntryAmongOthers_KeepsTheEdgesOrder()
    {
        var a = CreateEmitter("a");
        a.Emit(Topic, 0, Text("a1"));
        a.EmitKeyed(Topic, 0, "key", Text("a2"));
        a.Emit(Topic, 0, Text("a3"));
        a.Flush(1, _records);
        _records.Send();

        Assert.Equal(3, _sent.Count);
        Assert.Equal(["a/0:1 a1", "a/0:2 a2", "a/0:3 a3"], Read(0));
    }

    [Fact]
    public void Add_MoreThanARecordTakes_SendsSeveral()
    {
        var a = CreateEmitter("a");
        var text = new string('x', 100_000);
        for (var i = 0; i < 7; i++)
            a.Emit(Topic, 0, Text($"{i}{text}"));
        a.Flush(1, _records);

        Assert.Equal(4, _records.Send());
        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"a/0:{i + 1} {i}{text}"), Read(0));
        Assert.All(_sent, sent => Assert.True(sent.Message.Value!.Length < 1_000_000));
    }

    [Fact]
    public void Add_EntryThatWouldOverfillARecord_BeginsTheNext()
    {
        var a = CreateEmitter("a");
        a.Emit(Topic, 0, Text(new string('x', 200_000)));
        a.Emit(Topic, 0, Text(new string('y', 990_000)));
        a.Flush(1, _records);

        Assert.Equal(2, _records.Send());
        Assert.All(_sent, sent => Assert.True(OutputLog.SizeOf(sent.Message) < 1_000_000));
    }

    [Fact]
    public void Add_ShortEntriesOfManyTasks_CountsTheHeaderThatNamesThem()
    {
        var limit = new RecordLimit(RecordLimit.SmallestBytes);
        var records = new RecordAccumulator(this, RecordLimits.Fixed(limit), Layout);
        for (var i = 0; i < 10_000; i++)
        {
            var emitter = CreateEmitter("a-topic-with-quite-a-long-name", i);
            emitter.Emit(Topic, 0, Text("x"));
            emitter.Flush(1, records);
        }
        records.Send();

        Assert.All(_sent, sent => Assert.True(OutputLog.SizeOf(sent.Message) <= limit.RecordBytes));
        Assert.Equal(10_000, Read(0).Count());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Emit_MoreThanIsSentAtATime_IsSentAsItIsAndNothingOfThePeakIsKept(bool isFlushed)
    {
        var a = CreateEmitter("a");
        var random = new Random(3);
        string[] texts = [.. Enumerable.Range(0, 9_000).Select(i => new string((char)('a' + (i % 26)), i % 1_000 == 0 ? 700_000 : random.Next(900)))];
        foreach (var text in texts)
            a.Emit(Topic, 0, Text(text));
        Assert.True(a.HeldBytes > a.PendingBytes);

        if (isFlushed)
            a.Flush(1, _records);
        else
            a.Discard();

        _records.Send();
        Assert.Equal(isFlushed ? texts.Select((text, i) => $"a/0:{i + 1} {text}") : [], Read(0));
        Assert.True(a.HeldBytes < 64 * 1024, $"{a.HeldBytes} bytes are held.");
        a.Emit(Topic, 1, Text("after"));
        a.Flush(2, _records);
        _records.Send();
        Assert.Equal(["a/0:1 after"], Read(1));
    }

    [Fact]
    public void Flush_NothingEmitted_IsAcknowledgedAtOnce()
    {
        var a = CreateEmitter("a");
        a.Flush(5, _records);
        a.ObserveAcknowledgements();

        Assert.Equal(5, a.AcknowledgedOffset);
        Assert.Equal(0, _records.Send());
    }

    [Fact]
    public void Emit_EmptyPayload_IsAnEntry()
    {
        var a = CreateEmitter("a");
        a.Emit(Topic, 0, Text(""));
        a.Flush(1, _records);
        _records.Send();

        Assert.Equal(["a/0:1 "], Read(0));
    }

    void IRecordSender.Send(string topic, int partition, Message<byte[]?, byte[]?> message, IDeliveryHandler handler, long token) => _sent.Add((partition, message, handler));

    private static StringValue Text(string text) => new() { Value = text };

    private TaskEmitter CreateEmitter(string topic, int partition = 0)
    {
        var store = new InMemoryStateStore<string, long>(TaskStores.OutgoingEdgesId, "outgoing", Codecs.Utf8, Codecs.Int64);
        var emitter = new TaskEmitter(new TaskId(topic, partition), new TaskEnvironment("member", Layout, this, 1, error => throw new KafkaException(error)), store);
        emitter.Load(nextOffset: 0, edgesBegunAt: 0);
        return emitter;
    }

    /// <summary>The entries of a partition as a receiver reads them: source, number, text.</summary>
    private IEnumerable<string> Read(int partition)
    {
        foreach (var (_, message, _) in _sent.Where(sent => sent.Partition == partition))
        {
            Assert.True(RecordEntries.TryReadEdges(message.Headers, out var edges, out _));
            Assert.True(RecordEntries.TryRead(message, edges, out var entries, out _));
            var next = 0;
            foreach (var edge in edges)
            {
                for (var i = 0; i < edge.Entries; i++)
                    yield return $"{edge.Source}:{edge.First + i} {StringValue.Parser.ParseFrom(entries[next++].Payload.Span).Value}";
            }
        }
    }
}
