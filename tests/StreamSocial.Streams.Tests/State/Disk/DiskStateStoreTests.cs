using System.Diagnostics;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Streams.State;
using StreamSocial.Streams.State.Disk;

namespace StreamSocial.Streams.Tests.State.Disk;

// It measures the memory of the process.
[Collection(nameof(SequentialCollection))]
public sealed class DiskStateStoreTests(ITestOutputHelper output) : StateStoreTests, IDisposable
{
    private const long Memory = 1024 * 1024;

    /// <summary>The store's lock lies beside its directory.</summary>
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("streamsocial-tests-");
    private DiskSpace? _space;

    private string StoreDirectory => Path.Combine(_parent.FullName, "store");

    private protected override IStoreFactory Factory => Space;

    private DiskSpace Space => _space ??= new DiskSpace(StoreDirectory, Memory, NullLogger<DiskSpace>.Instance);

    public void Dispose()
    {
        _space?.Dispose();
        _parent.Delete(recursive: true);
    }

    [Fact]
    public void Open_DirectoryOfAnotherStore_IsRefusedAndItsFilesStay()
    {
        _ = Space;
        var file = Path.Combine(StoreDirectory, "of-the-first");
        File.WriteAllText(file, "");

        var error = Assert.Throws<IOException>(() => new DiskSpace(StoreDirectory, Memory, NullLogger<DiskSpace>.Instance));

        Assert.Contains("cannot be locked, so another member uses it", error.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(file));
    }

    [Fact]
    public void Store_StateTwentyTimesItsMemory_KeepsItAndStaysSmall()
    {
        const int Entries = 40_000;
        const int ValueLength = 512;
        var (store, task) = Create();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Entries; i++)
        {
            store.Put($"key-{i:D8}", Value(i));
            if (i % 5_000 == 0)
                task.Capture(whole: false, new CountedChanges());
        }
        task.Capture(whole: false, new CountedChanges());
        var written = Stopwatch.GetElapsedTime(started);
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;

        started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Entries; i++)
            Assert.True(store.TryGet($"key-{i:D8}", out var value) && value == Value(i));
        var read = Stopwatch.GetElapsedTime(started);

        output.WriteLine(
            $"{Entries * (ValueLength + 12) / 1048576.0:F0} MiB of state in {Memory / 1048576.0:F0} MiB: {Entries / written.TotalSeconds:N0} captured puts/s, "
            + $"{Entries / read.TotalSeconds:N0} reads/s in order, {held / 1048576.0:F1} MiB held, files {Space.Database.FileBytes / 1048576.0:F0} MiB");
        Assert.Equal(Entries, store.Count);
        // What earlier tests of this process left to the collector counts too. The state's strings alone would be twice its bytes.
        Assert.InRange(held, long.MinValue, Entries * ValueLength / 2);

        static string Value(int i) => new((char)('a' + (i % 26)), ValueLength);
    }

    [Fact]
    public async Task Space_EntriesReplacedAndStoresCleared_IsGivenBackAndTheRestIsIntact()
    {
        const int Rounds = 60;
        var (store, task) = Create();
        var (gone, goneTask) = Create();
        var random = new Random(1);
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < 200; i++)
            {
                // What cannot be compressed, so that it takes the space that it has.
                store.Put($"key-{i}", $"{Text(random)}{round}");
                gone.Put($"key-{round}-{i}", Text(random));
            }
            task.Capture(whole: false, new CountedChanges());
            goneTask.Capture(whole: false, new CountedChanges());
            goneTask.Clear();
        }

        const long Written = Rounds * 200 * 2 * 400;
        var waited = Stopwatch.StartNew();
        while (Space.Database.FileBytes > Written / 4)
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(30), $"{Space.Database.FileBytes:N0} bytes of files are left of {Written:N0} that were written.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        output.WriteLine($"{Written:N0} bytes written, {task.Bytes:N0} alive, files {Space.Database.FileBytes:N0}");
        Assert.All(store.Entries, entry => Assert.EndsWith("59", entry.Value, StringComparison.Ordinal));
        Assert.Equal(200, store.Entries.Count());
        Assert.Empty(gone.Entries);

        static string Text(Random random) => new([.. Enumerable.Range(0, 400).Select(_ => (char)random.Next(' ', '~'))]);
    }

    [Fact]
    public void Store_RandomStepsBeyondItsMemory_IsLikeADictionary()
    {
        Gen.Select(Gen.Int[0, 1_999], Gen.Int[0, 3], Gen.Char['a', 'z'], Gen.Int[0, 1_499]).Array[5_000, 12_000].Sample(UseStore, iter: 3, threads: 1);

        void UseStore((int Key, int Chance, char Letter, int Length)[] steps)
        {
            var (store, task) = Create();
            var model = new Dictionary<string, string>();
            foreach (var (step, (number, chance, letter, length)) in steps.Index())
            {
                var key = $"key-{number}";
                Assert.Equal(model.TryGetValue(key, out var expected), store.TryGet(key, out var actual));
                Assert.Equal(expected, actual);
                if (chance == 0)
                    store.Put(key, model[key] = new string(letter, length));
                else if (chance == 1)
                    Assert.Equal(model.Remove(key), store.Remove(key));
                if (step % 500 == 0)
                    task.Capture(whole: false, new CountedChanges());
            }

            Assert.Equal(model.OrderBy(entry => entry.Key, StringComparer.Ordinal), store.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal));
            task.Clear();
        }
    }

    [Fact]
    public void Space_DirectoryOfAnEarlierRun_IsEmptied()
    {
        Directory.CreateDirectory(StoreDirectory);
        var stale = Path.Combine(StoreDirectory, "000007.sst");
        File.WriteAllText(stale, "from an earlier run");

        var (store, _) = Create();

        Assert.False(store.TryGet("a", out _));
        Space.Dispose();
        _space = null;
        Assert.False(File.Exists(stale));
    }

    [Fact]
    public async Task Space_ManyStoresAtOnce_EachKeepsItsOwn()
    {
        var stores = Enumerable.Range(0, 200).Select(_ => Create()).ToArray();

        await Parallel.ForEachAsync(stores.Index(), TestContext.Current.CancellationToken, (indexed, _) =>
        {
            var (index, (store, task)) = indexed;
            for (var i = 0; i < 300; i++)
            {
                store.Put($"key-{i % 100}", $"{index}:{i}:{new string('z', 100)}");
                if (i % 60 == 0)
                    task.Capture(whole: false, new CountedChanges());
            }
            return ValueTask.CompletedTask;
        });

        Assert.All(stores.Index(), indexed =>
        {
            Assert.Equal(100, indexed.Item.Store.Entries.Count());
            Assert.All(indexed.Item.Store.Entries, entry => Assert.StartsWith($"{indexed.Index}:", entry.Value, StringComparison.Ordinal));
        });
    }
}

/// <summary>Tests that may not run in parallel with others.</summary>
[CollectionDefinition(nameof(SequentialCollection), DisableParallelization = true)]
public sealed class SequentialCollection;
