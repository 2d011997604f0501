using System.Text;
using StreamSocial.Streams.State;

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

    /// <summary>Any operations in any order, against a plain dictionary; what was captured on the way rebuilds the same state elsewhere.</summary>
    [Theory]
    [InlineData(1, 40, 30)]
    [InlineData(2, 2_000, 30)]
    [InlineData(3, 2_000, 3_000)]
    [InlineData(4, 200, 15_000)]
    public void Store_RandomOperations_BehavesAsADictionaryAndItsCapturesRebuildIt(int seed, int keys, int largestValue)
    {
        var random = new Random(seed);
        var (store, task) = Create();
        var (copy, copied) = Create();
        var model = new Dictionary<string, string>();
        var log = new Dictionary<string, string?>();
        for (var step = 0; step < 6_000; step++)
        {
            var key = $"key-{random.Next(keys)}";
            switch (random.Next(100))
            {
                case < 50:
                    var value = new string((char)('a' + random.Next(26)), random.Next(largestValue));
                    model[key] = value;
                    store.Put(key, value);
                    break;
                case < 70:
                    Assert.Equal(model.Remove(key), store.Remove(key));
                    break;
                case < 98 or 99 when step % 50 != 0:
                    Assert.Equal(model.TryGetValue(key, out var expected), store.TryGet(key, out var actual));
                    Assert.Equal(expected, actual);
                    break;
                default:
                    var changes = new RecordedChanges();
                    task.Capture(whole: random.Next(4) == 0, changes);
                    foreach (var (changed, bytes) in changes.InOrder)
                        copied.Apply(Encoding.UTF8.GetBytes(changed), bytes is null ? null : Encoding.UTF8.GetBytes(bytes));
                    Assert.Equal((task.Checksum, task.Count, task.Bytes), (copied.Checksum, copied.Count, copied.Bytes));
                    break;
            }
            Assert.Equal(model.Count, store.Count);
        }

        task.Capture(whole: false, new RecordedChanges(change => copied.Apply(Encoding.UTF8.GetBytes(change.Key), change.Value is null ? null : Encoding.UTF8.GetBytes(change.Value))));
        Assert.Equal(model.OrderBy(entry => entry.Key, StringComparer.Ordinal), store.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal));
        Assert.Equal(model.OrderBy(entry => entry.Key, StringComparer.Ordinal), copy.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal));
        Assert.Equal(task.Checksum, copied.Checksum);
    }

    private protected (IStateStore<string, string> Store, ITaskStore Task) Create()
    {
        var store = Factory.Create(16, "texts", Codecs.Utf8, Codecs.Utf8);
        return (store, (ITaskStore)store);
    }
}

public sealed class InMemoryStateStoreTests : StateStoreTests
{
    private protected override IStoreFactory Factory => InMemoryStores.Instance;
}
