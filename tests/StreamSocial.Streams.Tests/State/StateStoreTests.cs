using System.Buffers;
using System.Text;
using CsCheck;
using StreamSocial.Streams.State;
using StreamSocial.Streams.State.Memory;

namespace StreamSocial.Streams.Tests.State;

/// <summary>What every store does, wherever it keeps its entries.</summary>
public abstract class StateStoreTests
{
    private protected abstract IStoreFactory Factory { get; }

    [Fact]
    public void TryGet_AfterPutAndRemove_TellsWhatIsThere()
    {
        var store = Create().Store;

        Assert.False(store.TryGet("a", out _));
        store.Put("a", "1");
        store.Put("a", "2");
        Assert.True(store.TryGet("a", out var value));
        Assert.Equal(("2", 1L), (value, store.Count));
        Assert.True(store.Remove("a"));
        Assert.False(store.Remove("a"));
        Assert.False(store.TryGet("a", out _));
        Assert.Equal(0, store.Count);
    }

    /// <summary>A codec may have its objects used again, in a store that keeps bytes; one that keeps objects must not mix them up.</summary>
    [Fact]
    public void TryGet_ValuesThatAreReadIntoTheLastOne_AreEachKeysOwn()
    {
        var store = Factory.Create(21, "boxes", Codecs.Utf8, new BoxCodec());
        store.Put("a", new Box { Text = "1" });
        store.Put("b", new Box { Text = "2" });

        for (var round = 1; round <= 2; round++)
        {
            Assert.True(store.TryGet("a", out var first));
            Assert.Equal(new string('1', round), first.Text);
            first.Text += "1";
            store.Put("a", first);
            Assert.True(store.TryGet("b", out var second));
            Assert.Equal("2", second.Text);
            ((ITaskStore)store).Capture(whole: false, new RecordedChanges());
        }
        Assert.Equal(["111", "2"], store.Entries.OrderBy(entry => entry.Key).Select(entry => entry.Value.Text));
    }

    [Fact]
    public void Capture_OnlyChanges_HandsOutEachChangedKeyOnce()
    {
        var (store, task) = Create();
        store.Put("a", "1");
        store.Put("b", "1");
        task.Capture(whole: false, new RecordedChanges());

        store.Put("b", "2");
        store.Put("b", "3");
        store.Put("c", "1");
        store.Remove("a");
        var changes = new RecordedChanges();
        task.Capture(whole: false, changes);

        Assert.Equal(new Dictionary<string, string?> { ["a"] = null, ["b"] = "3", ["c"] = "1" }, changes.ByKey);
        Assert.Equal(3, changes.Count);
        var none = new RecordedChanges();
        task.Capture(whole: false, none);
        Assert.Equal(0, none.Count);
    }

    [Fact]
    public void Capture_Whole_HandsOutEverythingAndWhatIsGone()
    {
        var (store, task) = Create();
        store.Put("a", "1");
        store.Put("b", "1");
        task.Capture(whole: false, new RecordedChanges());
        store.Remove("a");
        store.Put("c", "1");

        var changes = new RecordedChanges();
        task.Capture(whole: true, changes);

        Assert.Equal(new Dictionary<string, string?> { ["a"] = null, ["b"] = "1", ["c"] = "1" }, changes.ByKey);
        Assert.Equal(3, changes.Count);
    }

    [Fact]
    public void Checksum_SameEntriesByAnotherWay_IsTheSame()
    {
        var (store, task) = Create();
        store.Put("a", "1");
        store.Put("b", "1");
        task.Capture(whole: false, new RecordedChanges());
        store.Put("a", "2");
        store.Remove("b");
        task.Capture(whole: false, new RecordedChanges());

        var (_, other) = Create();
        other.Apply("a"u8, "2"u8.ToArray());

        Assert.NotEqual(0UL, task.Checksum);
        Assert.Equal((other.Checksum, other.Count, other.Bytes), (task.Checksum, task.Count, task.Bytes));
    }

    [Fact]
    public void Clear_ThenRestored_HoldsOnlyWhatWasRestored()
    {
        var (store, task) = Create();
        store.Put("a", "1");
        task.Capture(whole: false, new RecordedChanges());
        store.Put("b", "1");

        task.Clear();

        Assert.Equal((0UL, 0L, 0L), (task.Checksum, task.Count, task.Bytes));
        Assert.Empty(store.Entries);
        task.Apply("c"u8, "3"u8.ToArray());
        Assert.Equal([KeyValuePair.Create("c", "3")], store.Entries);
        var changes = new RecordedChanges();
        task.Capture(whole: false, changes);
        Assert.Equal(0, changes.Count);
    }

    [Fact]
    public void Apply_BytesOfAnotherCodec_Throws()
    {
        var task = (ITaskStore)Factory.Create(20, "numbers", Codecs.Utf8, Codecs.Int64);

        Assert.Throws<InvalidDataException>(() => task.Apply("a"u8, [1, 2, 3]));
    }

    private enum Operation
    {
        Put,
        Remove,
        Get,
        Capture,
        CaptureWhole,
    }

    /// <summary>Any operations in any order, against a plain dictionary; what was captured on the way rebuilds the same state elsewhere.</summary>
    [Fact]
    public void Store_RandomOperations_BehavesAsADictionaryAndItsCapturesRebuildIt()
    {
        var kind = Gen.Frequency((100, Operation.Put), (40, Operation.Remove), (57, Operation.Get), (2, Operation.Capture), (1, Operation.CaptureWhole));
        var cases =
            from sizes in Gen.OneOf<(int Keys, int LargestValue)>((40, 30), (2_000, 30), (2_000, 3_000), (200, 15_000))
            from operations in Gen.Select(
                kind, Gen.Int[0, sizes.Keys - 1].Select(key => $"key-{key}"), Gen.Select(Gen.Char['a', 'z'], Gen.Int[0, sizes.LargestValue - 1])).Array[0, 6_000]
            select operations;
        cases.Sample(CheckAgainstDictionary, iter: 8, threads: 1);
    }

    private void CheckAgainstDictionary((Operation Kind, string Key, (char Letter, int Length) Value)[] operations)
    {
        var (store, task) = Create();
        var (copy, copied) = Create();
        var model = new Dictionary<string, string>();
        foreach (var (kind, key, (letter, length)) in operations)
        {
            switch (kind)
            {
                case Operation.Put:
                    store.Put(key, model[key] = new string(letter, length));
                    break;
                case Operation.Remove:
                    Assert.Equal(model.Remove(key), store.Remove(key));
                    break;
                case Operation.Get:
                    Assert.Equal(model.TryGetValue(key, out var expected), store.TryGet(key, out var actual));
                    Assert.Equal(expected, actual);
                    break;
                default:
                    CaptureInto(copied, task, whole: kind == Operation.CaptureWhole);
                    break;
            }

            Assert.Equal(model.Count, store.Count);
        }

        CaptureInto(copied, task, whole: false);
        var sorted = model.OrderBy(entry => entry.Key, StringComparer.Ordinal);
        Assert.Equal(sorted, store.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal));
        Assert.Equal(sorted, copy.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal));
        task.Clear();
        copied.Clear();
    }

    private static void CaptureInto(ITaskStore copied, ITaskStore task, bool whole)
    {
        var changes = new RecordedChanges();
        task.Capture(whole, changes);
        foreach (var (changed, value) in changes.InOrder)
            copied.Apply(Encoding.UTF8.GetBytes(changed), value is null ? null : Encoding.UTF8.GetBytes(value));
        Assert.Equal((task.Checksum, task.Count, task.Bytes), (copied.Checksum, copied.Count, copied.Bytes));
    }

    private protected (IStateStore<string, string> Store, ITaskStore Task) Create()
    {
        var store = Factory.Create(16, "texts", Codecs.Utf8, Codecs.Utf8);
        return (store, (ITaskStore)store);
    }

    private sealed class Box
    {
        public string Text { get; set; } = "";
    }

    private sealed class BoxCodec : IReusingCodec<Box>
    {
        public void Write(Box value, IBufferWriter<byte> output) => Codecs.Utf8.Write(value.Text, output);

        public Box Read(ReadOnlySpan<byte> input) => new() { Text = Codecs.Utf8.Read(input) };

        public void ReadInto(Box value, ReadOnlySpan<byte> input) => value.Text = Codecs.Utf8.Read(input);
    }
}

public sealed class InMemoryStateStoreTests : StateStoreTests
{
    private protected override IStoreFactory Factory => InMemoryStores.Instance;

    [Fact]
    public void Store_ValuesOfEverySize_AreKept()
    {
        var (store, task) = Create();
        string[] values = [.. new[] { 0, 1, 7, 8, 64, 65, 4_000, 262_144, 262_145, 600_000, 3, 600_001, 0 }.Select((length, i) => new string((char)('a' + i), length))];
        foreach (var key in new[] { "a", "b", "" })
        {
            foreach (var value in values)
            {
                store.Put(key, value);
                store.Put("between", value);
                Assert.True(store.TryGet(key, out var kept));
                Assert.Equal(value, kept);
            }
            store.Put(key, values[9]);
        }
        task.Capture(whole: true, new RecordedChanges());
        Assert.All(["a", "b", ""], key => Assert.Equal((true, values[9]), (store.TryGet(key, out var kept), kept)));
    }

    [Fact]
    public void Find_AfterWhatWasFoundLastIsGone_FindsWhatIsThere()
    {
        var table = new EntryTable();
        var (first, second) = (table.Add([1], [11]), table.Add([2], [22]));
        Assert.Equal(first, table.Find([1]));
        table.Remove(first);
        Assert.True(table.Find([]) < 0);
        Assert.True(table.Find([1]) < 0);
        Assert.Equal(first, table.Add([3], [33]));
        Assert.Equal((second, first), (table.Find([2]), table.Find([3])));
        Assert.True(table.Find([1]) < 0);
        Assert.True(table.Find([]) < 0);

        table.Remove(table.Find([3]));
        var empty = table.Add([], []);
        Assert.Equal((empty, empty), (table.Find([]), table.Find([])));
        Assert.True(table.Find([3]) < 0);
    }

    /// <summary>Blocks of sizes that are needed no more are moved together; otherwise a state of another shape would keep what the earlier one took.</summary>
    [Fact]
    public void Compact_AfterMostValuesShrank_TakesLittleMoreThanTheyNeed()
    {
        var table = new EntryTable();
        for (var i = 0; i < 3_000; i++)
            table.Add(BitConverter.GetBytes(i), new byte[1_000]);
        for (var i = 0; i < 3_000; i++)
            table.Set(i, [(byte)i]);
        Assert.True(table.MemoryBytes > 3_000_000);

        table.Compact();

        Assert.InRange(table.MemoryBytes, 0, 1_500_000);
        for (var i = 0; i < 3_000; i++)
            Assert.Equal([(byte)i], table.ValueOf(table.Find(BitConverter.GetBytes(i))));
    }
}
