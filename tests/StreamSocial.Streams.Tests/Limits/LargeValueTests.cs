using System.Text;
using Confluent.Kafka;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Kafka.Limits;
using StreamSocial.Kafka.Records;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Consuming;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;
using StreamSocial.Streams.Testing;

namespace StreamSocial.Streams.Tests.Limits;

/// <summary>Values of any size are checkpointed and restored on brokers that refuse large records, and leave no parts behind.</summary>
public sealed class LargeValueTests
{
    private static readonly RecordLimit Limit = new(RecordLimit.SmallestBytes);
    private static readonly StageDefinition Stage = new("values", "sizes", "sizes-state", context => new ValueProcessor(context));
    private static readonly TaskId Id = new("sizes", 0);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly OutputLog _log;
    private readonly TaskEnvironment _environment;
    private LaneTasks _lane;
    private StreamTask _task;
    private long _offset;

    public LargeValueTests()
    {
        _log = new OutputLog(Stage.StateTopic, _time, Limit);
        _environment = new TaskEnvironment("owner", new FixedLayout(new Dictionary<string, int> { ["sizes"] = 1 }), _log, 1, error => throw new KafkaException(error))
        {
            Limits = RecordLimits.Fixed(Limit),
        };
        (_lane, _task) = Start(_log.Changelog(0));
    }

    [Fact]
    public void Checkpoint_ValueOfManyRecords_IsRestored()
    {
        Put("key", 5_000_000);
        Checkpoint();
        (_lane, _task) = Start(_log.Changelog(0));
        Assert.Equal(ValueProcessor.Value(5_000_000), Read("key"));
    }

    /// <summary>A copy above what an embedded partition keeps would push its own beginning out.</summary>
    [Fact]
    public void Checkpoint_StateThatAnEmbeddedPartitionCannotKeep_FailsItsTaskAndLeavesTheLastOne()
    {
        (_lane, _task) = Start([], bounded: true);
        Put("key", 3_000_000);
        Checkpoint();
        Put("other", 2_000_000);
        Assert.Contains("Embedded brokers keep only", Assert.Throws<InvalidOperationException>(Checkpoint).Message, StringComparison.Ordinal);

        Assert.Equal((TaskState.Failed, 1), (_task.State, _task.CommittedOffset));
        (_lane, _task) = Start(_log.Changelog(0));
        Assert.Equal((ValueProcessor.Value(3_000_000), null), (Read("key"), Read("other")));
    }

    /// <summary>A partition keeps its last 5 MiB: what comes after a copy must not push its beginning out before the next one is there.</summary>
    [Fact]
    public void Checkpoint_LargeStateOnAnEmbeddedPartition_IsRestoredFromWhatThatKeeps()
    {
        (_lane, _task) = Start([], bounded: true);
        Put("large", 4_200_000);
        Checkpoint();
        for (var i = 0; i < 15; i++)
        {
            Put("small", 100_000 + i);
            Checkpoint();
        }

        (_lane, _task) = Start(Kept(), bounded: true);
        Assert.Equal((ValueProcessor.Value(4_200_000), ValueProcessor.Value(100_014)), (Read("large"), Read("small")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void LastCheckpoint_LargeStateOnAnEmbeddedPartition_IsRestoredFromWhatThatKeeps(bool goesOn)
    {
        (_lane, _task) = Start([], bounded: true);
        Put("same", 2_200_000);
        Put("changed", 2_300_000);
        Checkpoint();
        Put("changed", 2_300_001);

        var done = new TaskCompletionSource<int>();
        if (goesOn)
            _lane.BeginLastCheckpoints([_task], long.MaxValue, done);
        else
            _lane.BeginClosing([_task], long.MaxValue, done);
        for (var turn = 0; turn < 8; turn++)
            _lane.Advance();

        Assert.True(done.Task.IsCompletedSuccessfully);
        (_lane, _task) = Start(Kept(), bounded: true);
        Assert.Equal((ValueProcessor.Value(2_200_000), ValueProcessor.Value(2_300_001)), (Read("same"), Read("changed")));
    }

    /// <summary>The next copy must not push out the beginning of the last while it is written, since its owner may be killed then.</summary>
    [Theory]
    [InlineData(700_000)]
    [InlineData(1_500_000)]
    [InlineData(2_200_000)]
    public void Checkpoint_OwnerIsKilledBeforeItsEndOnAnEmbeddedPartition_TheOneBeforeIsRestored(int size)
    {
        (_lane, _task) = Start([], bounded: true);
        Put("large", size);
        Checkpoint();
        for (var i = 1; i <= 80; i++)
        {
            Put($"small{i % 3}", 40_000 + i);
            Checkpoint();
            var owner = new LargeValueTests();
            (_, owner._task) = owner.Start(Kept(unwritten: 1), bounded: true);
            Assert.Equal(
                (ValueProcessor.Value(size), i < 4 ? null : ValueProcessor.Value(40_000 + i - 3)),
                (owner.Read("large"), owner.Read($"small{i % 3}")));
        }
    }

    /// <summary>Much is added at once when the next copy is nearly due.</summary>
    [Theory]
    [InlineData(700_000, 1_500_000)]
    [InlineData(1_500_000, 750_000)]
    [InlineData(1_500_000, 800_000)]
    public void Checkpoint_OwnerIsKilledInABurstOnAnEmbeddedPartition_TheOneBeforeIsRestored(int size, int burst)
    {
        for (var changes = 1; changes <= 60; changes++)
        {
            var test = new LargeValueTests();
            (test._lane, test._task) = test.Start([], bounded: true);
            test.Put("large", size);
            test.Checkpoint();
            for (var i = 1; i <= changes; i++)
            {
                test.Put($"small{i % 3}", 40_000 + i);
                test.Checkpoint();
            }
            test.Put("burst", burst);
            test.Checkpoint();

            var owner = new LargeValueTests();
            (_, owner._task) = owner.Start(test.Kept(unwritten: 1), bounded: true);
            Assert.Equal((ValueProcessor.Value(size), null), (owner.Read("large"), owner.Read("burst")));
        }
    }

    [Fact]
    public void Checkpoint_LargeStateOnAnEmbeddedPartition_IsACopyOnlyWhenMuchHasChanged()
    {
        (_lane, _task) = Start([], bounded: true);
        Put("large", 1_500_000);
        Checkpoint();
        for (var i = 0; i < 40; i++)
        {
            Put("small", 60_000 + i);
            Checkpoint();
        }

        // 40 changes, and the state each time when as many of them as fit into half of what is kept have followed it.
        Assert.InRange(_log.Changelog(0).Sum(record => (long)LogSize.Of(record.Message)), 6_500_000, 7_500_000);
    }

    /// <summary>So little was written since the last copy that the next is not due, but what changes now would push out its beginning.</summary>
    [Fact]
    public void Checkpoint_MuchChangesAtOnceOnAnEmbeddedPartition_IsRestoredFromWhatThatKeeps()
    {
        (_lane, _task) = Start([], bounded: true);
        Put("same", 500_000);
        Put("changed", 1_400_000);
        Checkpoint();
        Put("changed", 1_400_001);
        Put("new", 2_400_000);
        Checkpoint();

        (_lane, _task) = Start(Kept(), bounded: true);
        Assert.Equal((ValueProcessor.Value(500_000), ValueProcessor.Value(1_400_001), ValueProcessor.Value(2_400_000)), (Read("same"), Read("changed"), Read("new")));
    }

    /// <summary>The framing of small records and their commits are most of what pushes a copy's beginning out.</summary>
    [Fact]
    public void Checkpoint_ManyTimesALittleOnAnEmbeddedPartition_IsRestoredFromWhatThatKeeps()
    {
        (_lane, _task) = Start([], bounded: true);
        Put("first", 500_000);
        Checkpoint();
        for (var i = 0; i < 18_000; i++)
        {
            Put("small", 10 + (i % 2));
            Checkpoint();
        }

        (_lane, _task) = Start(Kept(), bounded: true);
        Assert.Equal((ValueProcessor.Value(500_000), ValueProcessor.Value(11)), (Read("first"), Read("small")));
    }

    /// <summary>In the log an entry of 20 bytes takes three more.</summary>
    [Theory]
    [InlineData(210_000, true)]
    [InlineData(235_000, false)]
    public void Checkpoint_ManySmallEntriesOnAnEmbeddedPartition_IsRestoredOrNotWritten(int entries, bool isWritten)
    {
        (_lane, _task) = Start([], bounded: true);
        for (var i = 0; i < entries; i++)
            Put($"{i:D6}", 14);
        if (!isWritten)
        {
            Assert.Contains("Embedded brokers keep only", Assert.Throws<InvalidOperationException>(Checkpoint).Message, StringComparison.Ordinal);
            return;
        }

        Checkpoint();
        Put("000000", 15);
        Checkpoint();
        (_lane, _task) = Start(Kept(), bounded: true);
        Assert.Equal((ValueProcessor.Value(15), ValueProcessor.Value(14)), (Read("000000"), Read("000001")));
    }

    [Theory]
    [InlineData(300_000)]
    [InlineData(10)]
    [InlineData(0)]
    public void Checkpoint_ValueThatShrank_LeavesOnlyThePartsOfTheNewOne(int smaller)
    {
        Put("key", 900_000);
        Checkpoint();
        Put("key", smaller);
        Checkpoint();

        Assert.Equal(smaller > Limit.MaxDataBytes ? 3 : 0, Compacted().Count(record => ChangelogKeys.IsPart(record.Message.Key) && record.Message.Value is not null));
        (_lane, _task) = Start(Compacted());
        Assert.Equal(smaller == 0 ? null : ValueProcessor.Value(smaller), Read("key"));
    }

    [Fact]
    public void Restore_AnyHistory_HasTheLastCheckpointsValues() =>
        Gen.Select(Gen.Int[0, 2], Gen.OneOf(Gen.Int[0, 500], Gen.Int[120_000, 130_000], Gen.Int[0, 900_000]), Gen.Int[0, 3]).List[1, 12].Sample(steps =>
        {
            var test = new LargeValueTests();
            var expected = new Dictionary<string, int>();
            foreach (var (key, size, what) in steps)
            {
                test.Put($"key{key}", size);
                expected[$"key{key}"] = size;
                test.Checkpoint();
                if (what == 0)
                    (test._lane, test._task) = test.Start(test._log.Changelog(0));
                if (what == 1)
                    (test._lane, test._task) = test.Start(test.Compacted());
            }

            Assert.All(expected, pair => Assert.Equal(pair.Value == 0 ? null : ValueProcessor.Value(pair.Value), test.Read(pair.Key)));
        }, iter: 30);

    [Fact]
    public void Restore_APartIsMissing_IsRefused()
    {
        Put("key", 900_000);
        Checkpoint();
        var damaged = _log.Changelog(0).Where(record => !record.Message.Key.AsSpan().SequenceEqual(ChangelogKeys.Part(KeyOf("key"), 1))).ToList();
        Assert.Contains("lacks part 1", Assert.Throws<InvalidDataException>(() => Start(damaged)).Message, StringComparison.Ordinal);
    }

    private static byte[] KeyOf(string key) => [16, .. Encoding.UTF8.GetBytes(key)];

    /// <summary>
    /// What compaction leaves of the changelog: the last record of each entry and part. Commits and fences stay, because with fences a changelog
    /// is not compacted.
    /// </summary>
    private List<ConsumeResult<byte[]?, byte[]?>> Compacted() =>
        [.. _log.Changelog(0).GroupBy(KeyIn).Select(group => group.Last()).OrderBy(record => record.Offset.Value)];

    /// <summary>What an embedded partition keeps of the changelog, whose last records have taken their place but do not count: the owner was killed before their end.</summary>
    private List<ConsumeResult<byte[]?, byte[]?>> Kept(int unwritten = 0)
    {
        var kept = 5 * 1024 * 1024;
        return [.. _log.Changelog(0).Reverse().TakeWhile(record => (kept -= LogSize.Of(record.Message)) >= 0).Skip(unwritten).Reverse()];
    }

    private static string KeyIn(ConsumeResult<byte[]?, byte[]?> record) => record.Message.Key![0] == 0 && !ChangelogKeys.IsPart(record.Message.Key)
        ? $"{record.Offset}"
        : Convert.ToHexString(record.Message.Key);

    private string? Read(string key) => _task.Read((ValueProcessor processor) => processor.Of(key));

    private void Put(string key, int size)
    {
        var message = new Message<byte[]?, byte[]?> { Key = Encoding.UTF8.GetBytes(key), Value = BitConverter.GetBytes(size) };
        _lane.Process(_log.Record(Id.Topic, Id.Partition, _offset++, message));
        _lane.Send();
    }

    private void Checkpoint()
    {
        _time.Advance(TimeSpan.FromMilliseconds(2));
        for (var turn = 0; turn < 8; turn++)
            _lane.Advance();
        Assert.Equal(_offset, _task.CommittedOffset);
    }

    private (LaneTasks Lane, StreamTask Task) Start(IReadOnlyList<ConsumeResult<byte[]?, byte[]?>> changelog, bool bounded = false)
    {
        var writer = new FencedCheckpointWriter(_log, "owner", _environment.OnDeliveryFailed, _time);
        var lane = new LaneTasks(new StreamsOptions { CheckpointInterval = TimeSpan.FromMilliseconds(1) }, bounded, _environment, writer, static task => throw new InvalidOperationException(task.Failure!.Reason), _time);
        var task = new StreamTask(Id, Stage, 1, _environment);
        var session = new RestoreSession(task);
        new FencedRestore(_environment, _time).Open(session);
        foreach (var record in changelog)
            session.Replay.Read(record);
        session.Complete();
        lane.Add(task);
        return (lane, task);
    }

    /// <summary>Stores a value of the size that an entry asks for; 0 removes it.</summary>
    private sealed class ValueProcessor(ITaskContext context) : IRecordProcessor
    {
        private readonly IStateStore<string, string> _values = context.OpenStore(16, "values", Codecs.Utf8, Codecs.Utf8);

        public static string Value(int size) => string.Create(size, size, static (span, seed) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = (char)('a' + ((i + seed) % 23));
        });

        public string? Of(string key) => _values.TryGet(key, out var value) ? value : null;

        public void Process(in InputEntry entry, IEmitter emitter)
        {
            var (key, size) = (Encoding.UTF8.GetString(entry.Key.Span), BitConverter.ToInt32(entry.Payload.Span));
            if (size == 0)
                _values.Remove(key);
            else
                _values.Put(key, Value(size));
        }
    }
}
